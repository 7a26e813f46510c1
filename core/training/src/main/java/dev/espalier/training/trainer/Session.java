package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A training step on a backend: what is trained lies in two sets of buffers, of which each step
 * reads one and writes the other.
 */
final class Session implements AutoCloseable {
  private final TrainingStep step;
  private final Backend backend;
  private final BufferScope scope;
  private final List<TensorType> heldTypes = new ArrayList<>();
  private final List<String> heldNames = new ArrayList<>();
  private final List<Buffer> scalars = new ArrayList<>();
  private final Buffer stepNumber;
  private final Buffer key;
  private List<Buffer> held;
  private List<Buffer> next;

  Session(TrainingStep step, Backend backend, long seed) {
    this.step = step;
    this.backend = backend;
    this.scope = backend.openScope();
    step.parameterTypes().paths().forEach(path -> heldNames.add("parameters/" + path));
    step.stateTypes().paths().forEach(path -> heldNames.add("state/" + path));
    heldTypes.addAll(step.parameterTypes().leaves());
    heldTypes.addAll(step.stateTypes().leaves());
    this.held = heldTypes.stream().map(scope::allocate).toList();
    this.next = heldTypes.stream().map(scope::allocate).toList();
    for (int i = 0; i < 3 + step.reportNames().size(); i++) {
      scalars.add(scope.allocate(TensorType.of(DType.F32)));
    }
    this.stepNumber = scope.allocate(TensorType.of(DType.I64));
    this.key = scope.upload(NdArray.scalar(seed));
  }

  /** Draws the first parameters. */
  void initialise() {
    try (Executable init = backend.compile(step.initGraph())) {
      init.run(List.of(key), held);
    }
  }

  /**
   * Takes parameters and state from a checkpoint.
   *
   * @throws EspalierException CHECKPOINT_MISMATCH where names or types are others
   */
  void restore(Map<String, NdArray> tensors) {
    for (int i = 0; i < heldNames.size(); i++) {
      NdArray values = tensors.get(heldNames.get(i));
      if (values == null
          || !values.type().equals(heldTypes.get(i))
          || tensors.size() != heldNames.size()) {
        throw new EspalierException(
            ErrorCode.CHECKPOINT_MISMATCH,
            "the checkpoint holds " + heldNames.get(i) + " as " + heldTypes.get(i),
            values == null ? "no such tensor" : values.type() + " of " + tensors.size(),
            "resume with the model and optimizer that the checkpoint was made with");
      }
      held.get(i).write(values);
    }
  }

  /** What is trained, by name. */
  Map<String, NdArray> tensors() {
    Map<String, NdArray> tensors = new LinkedHashMap<>();
    for (int i = 0; i < heldNames.size(); i++) {
      tensors.put(heldNames.get(i), held.get(i).read());
    }
    return tensors;
  }

  /** How many numbers are trained. */
  long parameters() {
    return step.parameterTypes().leaves().stream().mapToLong(t -> t.shape().size()).sum();
  }

  /** The compiled step and its batch. */
  final class Steps implements AutoCloseable {
    private final Executable executable = backend.compile(step.stepGraph());
    private final Buffer inputs;
    private final Buffer targets;

    Steps(Batch batch) {
      this.inputs = scope.allocate(batch.inputs().type());
      this.targets = scope.allocate(batch.targets().type());
    }

    /** Runs one step; gives loss, gradient norm, learning rate and what the optimizer reports. */
    double[] run(long number, Batch batch) {
      inputs.write(batch.inputs());
      targets.write(batch.targets());
      stepNumber.write(NdArray.scalar(number));
      List<Buffer> in = new ArrayList<>(held);
      in.addAll(List.of(inputs, targets, stepNumber, key));
      List<Buffer> out = new ArrayList<>(next);
      out.addAll(scalars);
      executable.run(in, out);
      List<Buffer> before = held;
      held = next;
      next = before;
      return scalars.stream().mapToDouble(scalar -> scalar.read().getDouble(0)).toArray();
    }

    @Override
    public void close() {
      executable.close();
    }
  }

  /** The compiled evaluation of a dataset. */
  final class Evaluations implements AutoCloseable {
    private final Dataset dataset;
    private final boolean classes;
    private final Batch batch;
    private final Executable executable;
    private final Buffer inputs;
    private final Buffer targets;
    private final Buffer weights;

    Evaluations(Dataset dataset, int size, boolean classes) {
      this.dataset = dataset;
      this.classes = classes;
      this.batch = dataset.allocate(Math.min(size, dataset.size()));
      TensorType in = batch.inputs().type();
      TensorType wanted = batch.targets().type();
      this.executable = backend.compile(step.evaluationGraph(in, wanted));
      this.inputs = scope.allocate(in);
      this.targets = scope.allocate(wanted);
      this.weights = scope.allocate(TensorType.of(DType.F32, batch.size()));
    }

    /** The mean over all examples; a last batch is filled up with examples of weight 0. */
    EvaluationReport run(long number) {
      double loss = 0;
      double correct = 0;
      double count = 0;
      int[] indices = new int[batch.size()];
      for (int from = 0; from < dataset.size(); from += batch.size()) {
        float[] weight = new float[batch.size()];
        for (int i = 0; i < indices.length; i++) {
          indices[i] = Math.min(from + i, dataset.size() - 1);
          weight[i] = from + i < dataset.size() ? 1 : 0;
        }
        dataset.fill(indices, batch);
        inputs.write(batch.inputs());
        targets.write(batch.targets());
        weights.write(NdArray.of(weight, weight.length));
        List<Buffer> in = new ArrayList<>(held);
        in.addAll(List.of(inputs, targets, weights));
        executable.run(in, scalars.subList(0, 3));
        loss += scalars.get(0).read().getDouble(0);
        correct += scalars.get(1).read().getDouble(0);
        count += scalars.get(2).read().getDouble(0);
      }
      return new EvaluationReport(
          number,
          loss / count,
          classes ? OptionalDouble.of(correct / count) : OptionalDouble.empty());
    }

    @Override
    public void close() {
      executable.close();
    }
  }

  /** The compiled prediction for a batch of inputs. */
  final class Predictions implements AutoCloseable {
    private final Executable executable;
    private final Buffer inputs;
    private final Buffer outputs;

    Predictions(TensorType type) {
      this.executable = backend.compile(step.predictGraph(type));
      this.inputs = scope.allocate(type);
      this.outputs = scope.allocate(executable.outputTypes().getFirst());
    }

    NdArray run(NdArray batch) {
      inputs.write(batch);
      List<Buffer> in = new ArrayList<>(held);
      in.add(inputs);
      executable.run(in, List.of(outputs));
      return outputs.read();
    }

    @Override
    public void close() {
      executable.close();
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
