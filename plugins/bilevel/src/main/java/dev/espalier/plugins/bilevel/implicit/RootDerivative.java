package dev.espalier.plugins.bilevel.implicit;

import dev.espalier.api.ir.Calculus;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.linear.FlatTree;
import dev.espalier.api.linear.LinearMap;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.linear.LinearSystem;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The reverse rule of a root: {@code (dF/dx)^T u = dL/dx, dL/dtheta = -(dF/dtheta)^T u}.
 *
 * @param condition F of (x..., theta..., what else it uses...)
 * @param unknowns the number of tensors of x
 * @param symmetric whether dF/dx is
 * @param solver solves the linear system
 */
record RootDerivative(Graph condition, int unknowns, boolean symmetric, LinearSolver solver)
    implements Composites.ReverseRule {
  @Override
  public List<Tensor> apply(List<Tensor> inputs, List<Tensor> x, List<Tensor> cotangents) {
    List<Tensor> rest = inputs.subList(unknowns, inputs.size());
    FlatTree flat = FlatTree.like(tree(x));
    LinearMap transposed =
        new LinearMap(
            v -> flat.flatten(tree(inUnknowns(x, rest, flat.unflatten(v).leaves()))), symmetric);
    Tensor u = LinearSystem.solve(solver, transposed, flat.flatten(tree(cotangents))).x();
    List<Tensor> bars = new ArrayList<>(x.stream().map(Tensor::zerosLike).toList());
    if (!rest.isEmpty()) {
      List<Tensor> pulled =
          Calculus.standard()
              .vjp(in -> condition.apply(join(x, in)), rest, flat.unflatten(u.neg()).leaves())
              .cotangents();
      for (int i = 0; i < rest.size(); i++) {
        if (rest.get(i).dtype().isFloat()) {
          bars.add(pulled.get(i));
        }
      }
    }
    return bars;
  }

  /** {@code (dF/dx)^T v}; forward mode gives the same for less where the matrix is symmetric. */
  private List<Tensor> inUnknowns(List<Tensor> x, List<Tensor> rest, List<Tensor> v) {
    Calculus calculus = Calculus.standard();
    return symmetric
        ? calculus.jvp(in -> condition.apply(join(in, rest)), x, v).tangents()
        : calculus.vjp(in -> condition.apply(join(in, rest)), x, v).cotangents();
  }

  private static Tree<Tensor> tree(List<Tensor> tensors) {
    return Tree.of(
        IntStream.range(0, tensors.size()).mapToObj(Integer::toString).toList(), tensors);
  }

  private static List<Tensor> join(List<Tensor> first, List<Tensor> second) {
    List<Tensor> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
