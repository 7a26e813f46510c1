package dev.espalier.training.probe;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A function of one real number with its derivatives, by nested forward mode on the reference
 * interpreter: each order pushes a tangent of 1 through the graph of the order below, simplified.
 * What the framework gives at a kink is shown as it is; it is no limit.
 */
public final class Curve {
  /** How many points are cheap to ask for at once. */
  static final int FEW = 64;

  private static final int MANY = 512;

  private final DType dtype;
  private final int order;
  private final Graph few;
  private final Graph many;

  /**
   * Traces a function.
   *
   * @param dtype the type of the arguments: F64, or F32 to see what single precision gives
   * @param order the highest derivative
   * @param function from [n] to [n], each element from the one at its place
   */
  public Curve(DType dtype, int order, UnaryOperator<Tensor> function) {
    this.dtype = dtype;
    this.order = order;
    this.few = graph(FEW, function);
    this.many = graph(MANY, function);
  }

  private Graph graph(int points, UnaryOperator<Tensor> function) {
    return Simplify.simplify(
        Graph.trace(
            "curve",
            List.of(TensorType.of(dtype, points)),
            in -> tower(function, in.getFirst(), order)));
  }

  private static List<Tensor> tower(UnaryOperator<Tensor> function, Tensor x, int order) {
    if (order == 0) {
      return List.of(function.apply(x));
    }
    Derivatives.Pushed pushed =
        Derivatives.jvp(
            in -> tower(function, in.getFirst(), order - 1), List.of(x), List.of(x.onesLike()));
    List<Tensor> all = new ArrayList<>(pushed.values());
    all.add(pushed.tangents().getLast());
    return all;
  }

  /** The highest derivative. */
  public int order() {
    return order;
  }

  /**
   * Values and derivatives.
   *
   * @param x the points
   * @return by order, 0 being the value, and then by point
   */
  public double[][] at(double... x) {
    double[][] found = new double[order + 1][x.length];
    int chunk = x.length <= FEW ? FEW : MANY;
    for (int start = 0; start < x.length; start += chunk) {
      int count = Math.min(chunk, x.length - start);
      double[] padded = Arrays.copyOfRange(x, start, start + chunk);
      Arrays.fill(padded, count, chunk, x[start]);
      List<NdArray> results =
          Reference.run(
              chunk == FEW ? few : many, List.of(NdArray.of(padded, chunk).convert(dtype)));
      for (int k = 0; k <= order; k++) {
        System.arraycopy(results.get(k).toDoubles(), 0, found[k], start, count);
      }
    }
    return found;
  }
}
