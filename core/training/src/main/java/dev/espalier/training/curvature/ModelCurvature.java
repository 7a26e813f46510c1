package dev.espalier.training.curvature;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Simplify;
import dev.espalier.training.data.Batch;
import dev.espalier.training.model.Model;
import dev.espalier.training.objective.BatchObjective;
import java.util.ArrayList;
import java.util.List;

/**
 * A curvature matrix of a model's mean loss over batches of one size, at a point: products with it
 * are compiled once and run on a backend. The model is as in evaluation, nothing is dropped.
 * Elements are those of the parameters in their order. Not for use by several threads.
 */
public final class ModelCurvature implements SymmetricOperator, AutoCloseable {
  /** Which matrix. */
  public enum Matrix {
    /** The Hessian of the mean loss. */
    HESSIAN,
    /** The Gauss-Newton matrix, which has no negative eigenvalues where the loss is convex. */
    GAUSS_NEWTON
  }

  private final List<TensorType> types;
  private final BufferScope scope;
  private final Executable executable;
  private final List<Buffer> point;
  private final List<Buffer> vector;
  private final List<List<Buffer>> batches;
  private final List<Buffer> outputs;

  /**
   * Compiles products.
   *
   * @param matrix which matrix
   * @param model the model
   * @param loss its loss
   * @param parameters the point
   * @param batches over which the loss is the mean, at least one, all of one size
   * @param backend runs the products; left open
   */
  public ModelCurvature(
      Matrix matrix,
      Model model,
      Loss loss,
      Tree<NdArray> parameters,
      List<Batch> batches,
      Backend backend) {
    this.types = parameters.map(NdArray::type).leaves();
    Batch first = batches.getFirst();
    List<TensorType> inputs = new ArrayList<>(types);
    inputs.addAll(types);
    inputs.add(first.inputs().type());
    inputs.add(first.targets().type());
    int count = types.size();
    Graph graph =
        Graph.trace(
            "curvature",
            inputs,
            in -> {
              Tree<Tensor> at = parameters.withLeaves(in.subList(0, count));
              Tree<Tensor> along = parameters.withLeaves(in.subList(count, 2 * count));
              Key unused = new Key(in.getFirst().constant(DType.I64, 0L));
              Objective objective =
                  new BatchObjective(
                      model, loss, in.get(2 * count), in.get(2 * count + 1), unused, false);
              return switch (matrix) {
                case HESSIAN -> objective.hessianVector(at, along).leaves();
                case GAUSS_NEWTON -> objective.gaussNewtonVector(at, along).leaves();
              };
            });
    this.executable = backend.compile(Simplify.simplify(graph.verify()));
    this.scope = backend.openScope();
    this.point = parameters.leaves().stream().map(scope::upload).toList();
    this.vector = types.stream().map(scope::allocate).toList();
    this.batches =
        batches.stream()
            .map(batch -> List.of(scope.upload(batch.inputs()), scope.upload(batch.targets())))
            .toList();
    this.outputs = types.stream().map(scope::allocate).toList();
  }

  @Override
  public int dimension() {
    return types.stream().mapToInt(type -> type.shape().size()).sum();
  }

  @Override
  public double[] times(double[] x) {
    int from = 0;
    for (int i = 0; i < types.size(); i++) {
      int size = types.get(i).shape().size();
      double[] part = new double[size];
      System.arraycopy(x, from, part, 0, size);
      TensorType type = types.get(i);
      vector.get(i).write(NdArray.of(part, type.shape().extents()).convert(type.dtype()));
      from += size;
    }
    double[] sum = new double[x.length];
    for (List<Buffer> batch : batches) {
      List<Buffer> in = new ArrayList<>(point);
      in.addAll(vector);
      in.addAll(batch);
      executable.run(in, outputs);
      int at = 0;
      for (Buffer output : outputs) {
        for (double value : output.read().toDoubles()) {
          sum[at++] += value / batches.size();
        }
      }
    }
    return sum;
  }

  @Override
  public void close() {
    scope.close();
    executable.close();
  }
}
