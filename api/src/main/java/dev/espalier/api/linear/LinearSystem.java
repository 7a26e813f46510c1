package dev.espalier.api.linear;

import dev.espalier.api.ir.Calculus;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * A linear system as one operation of a trace, whose derivative is again a linear system and not
 * that of the method's iterations: for {@code A x = b}
 *
 * <pre>
 * A^T u = dL/dx        dL/db = u        dL/dA = -u x^T
 * </pre>
 *
 * <p>So a method may run in a loop of unknown length, and derivatives of every order and both modes
 * exist. The tensors that the matrix's products use are differentiated in, wherever they are from.
 */
public final class LinearSystem {
  private static final String NAME = "linear_solve";

  private LinearSystem() {}

  /**
   * Solves a system.
   *
   * @param solver the method, for the system and for those of its derivatives
   * @param map the matrix
   * @param b the right side, [n], floating point
   */
  public static LinearSolver.Solution solve(LinearSolver solver, LinearMap map, Tensor b) {
    Closure closure =
        b.close("linear_map", List.of(b.type()), in -> List.of(map.apply(in.getFirst())));
    List<Tensor> operands = new ArrayList<>(List.of(b));
    operands.addAll(closure.captures());
    Traced traced = new Traced(closure.graph(), map.symmetric(), solver);
    List<Tensor> found =
        Composites.applyWithVjpOnDemand(
            NAME,
            operands,
            in -> {
              LinearSolver.Solution solution =
                  solver.solve(traced.map(in.subList(1, in.size())), in.getFirst());
              return List.of(solution.x(), solution.iterations());
            },
            traced);
    return new LinearSolver.Solution(found.get(0), found.get(1));
  }

  /**
   * The reverse rule.
   *
   * @param product from a vector and what the matrix is made of to its product with the vector
   * @param symmetric whether the matrix is
   * @param solver the method
   */
  private record Traced(Graph product, boolean symmetric, LinearSolver solver)
      implements Composites.ReverseRule {
    LinearMap map(List<Tensor> made) {
      return new LinearMap(vector -> multiply(vector, made).getFirst(), symmetric);
    }

    private List<Tensor> multiply(Tensor vector, List<Tensor> made) {
      List<Tensor> all = new ArrayList<>(List.of(vector));
      all.addAll(made);
      return product.apply(all);
    }

    @Override
    public List<Tensor> apply(List<Tensor> inputs, List<Tensor> outputs, List<Tensor> cotangents) {
      List<Tensor> made = inputs.subList(1, inputs.size());
      Tensor x = outputs.getFirst();
      Tensor u = solve(solver, map(made).transposed(), cotangents.getFirst()).x();
      List<Tensor> bars = new ArrayList<>(List.of(u));
      if (!made.isEmpty()) {
        List<Tensor> pulled =
            Calculus.standard().vjp(in -> multiply(x, in), made, List.of(u.neg())).cotangents();
        for (int i = 0; i < made.size(); i++) {
          if (made.get(i).dtype().isFloat()) {
            bars.add(pulled.get(i));
          }
        }
      }
      return bars;
    }
  }
}
