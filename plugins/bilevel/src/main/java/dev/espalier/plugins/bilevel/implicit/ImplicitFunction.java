package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import java.util.ArrayList;
import java.util.List;

/**
 * A function that is given by what its values satisfy, {@code F(x(theta), theta) = 0}, and a method
 * that finds them. Its derivative is that of the condition and not of the method:
 *
 * <pre>
 * A = -dF/dx    B = dF/dtheta    dx/dtheta = A^-1 B
 * </pre>
 *
 * <p>It is one operation of a trace, so that it stands inside any model, with derivatives of both
 * modes and every order and with vectorisation. The linear systems are solved by products with A
 * alone. If the method stops at an error of e, the derivative has an error of at most a constant
 * times e. Where to start has no derivative.
 *
 * <p>Source: M. Blondel et al., "Efficient and Modular Implicit Differentiation", arXiv:2105.15183
 * (custom_root, custom_fixed_point). There the tensors around the functions are no arguments.
 *
 * @param condition F
 * @param solver finds x
 * @param linear solves the linear systems of the derivative
 */
public record ImplicitFunction(Condition condition, RootSolver solver, LinearSolver linear) {
  /** A root of F. */
  public static ImplicitFunction root(Condition f, RootSolver solver, LinearSolver linear) {
    return new ImplicitFunction(f, solver, linear);
  }

  /** A fixed point of T, found by iteration. */
  public static ImplicitFunction fixedPoint(
      Condition map, FixedPointIteration iteration, LinearSolver linear) {
    return new ImplicitFunction(
        Condition.fixedPoint(map), (start, theta) -> iteration.solve(map, start, theta), linear);
  }

  /**
   * The unknowns.
   *
   * @param start where the method begins, at least one leaf, floating point
   * @param theta what they depend on
   */
  public Tree<Tensor> apply(Tree<Tensor> start, Tree<Tensor> theta) {
    Tensor anchor = start.leaves().getFirst();
    int unknowns = start.size();
    List<Tensor> given = join(start.leaves(), theta.leaves());
    Closure found =
        anchor.close(
            "root",
            types(given),
            in -> {
              Tree<Tensor> x = start.withLeaves(in.subList(0, unknowns));
              Tree<Tensor> t = theta.withLeaves(in.subList(unknowns, in.size()));
              return alike("the solver", start, solver.solve(x, t));
            });
    Closure zero =
        anchor.close(
            "condition",
            types(given),
            in -> {
              Tree<Tensor> x = start.withLeaves(in.subList(0, unknowns));
              Tree<Tensor> t = theta.withLeaves(in.subList(unknowns, in.size()));
              return alike("the condition", start, condition.residual(x, t));
            });
    List<Tensor> around = union(found.captures(), zero.captures());
    List<Tensor> operands = join(given, around);
    Graph body = overAll("root", found, given, around);
    Graph residual = overAll("condition", zero, given, around);
    return start.withLeaves(
        Composites.applyWithVjpOnDemand(
            "espalier.bilevel/root",
            operands,
            body::apply,
            new RootDerivative(residual, unknowns, condition.symmetric(), linear)));
  }

  private static List<Tensor> alike(String who, Tree<Tensor> start, Tree<Tensor> found) {
    if (!start.map(Tensor::type).asMap().equals(found.map(Tensor::type).asMap())) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          who + " gives paths and types of the unknowns, " + start.map(Tensor::type),
          found.map(Tensor::type).toString(),
          "return one tensor for each unknown");
    }
    return start.zip(found, (x, y) -> y).leaves();
  }

  /** A closure's graph as one of the arguments and of all tensors around both functions. */
  private static Graph overAll(
      String name, Closure closure, List<Tensor> given, List<Tensor> around) {
    List<Integer> places = closure.captures().stream().map(around::indexOf).toList();
    return Graph.trace(
        name,
        types(join(given, around)),
        in -> {
          List<Tensor> own = new ArrayList<>(in.subList(0, given.size()));
          places.forEach(place -> own.add(in.get(given.size() + place)));
          return closure.graph().apply(own);
        });
  }

  private static List<Tensor> union(List<Tensor> first, List<Tensor> second) {
    List<Tensor> all = new ArrayList<>(first);
    second.stream().filter(tensor -> !all.contains(tensor)).forEach(all::add);
    return all;
  }

  private static List<Tensor> join(List<Tensor> first, List<Tensor> second) {
    List<Tensor> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private static List<TensorType> types(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::type).toList();
  }
}
