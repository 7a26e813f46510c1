package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.data.Batch;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A training step on a backend: what is trained lies in two sets of buffers, of which each step
 * reads one and writes the other. Used by one thread; closing it frees what it holds, and whoever
 * opened the backend closes that afterwards.
 */
public final class Session implements AutoCloseable {
  private final TrainingStep step;
  private final Backend backend;
  private final BufferScope scope;
  private final List<TensorType> heldTypes = new ArrayList<>();
  private final List<String> heldNames = new ArrayList<>();
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

  /** What is run. */
  public TrainingStep step() {
    return step;
  }

  /** Copies of what is trained and of the state, by name: {@code parameters/PATH, state/PATH}. */
  public Map<String, NdArray> tensors() {
    Map<String, NdArray> tensors = new LinkedHashMap<>();
    for (int i = 0; i < heldNames.size(); i++) {
      tensors.put(heldNames.get(i), held.get(i).read());
    }
    return tensors;
  }

  /** How many numbers are trained. */
  public long parameters() {
    return step.parameterTypes().leaves().stream().mapToLong(t -> t.shape().size()).sum();
  }

  /**
   * Compiles a graph whose first inputs are the parameters and the state, such as {@link
   * TrainingStep#predictGraph}. Whoever compiles it closes it, before the session.
   *
   * @throws EspalierException TYPE_MISMATCH where the graph does not begin with them
   */
  public Program compile(Graph graph) {
    List<TensorType> types = graph.inputTypes();
    int count = heldTypes.size();
    if (types.size() < count || !types.subList(0, count).equals(heldTypes)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "a graph of a session begins with its parameters and state",
          graph.name() + " takes " + types,
          "make it from the session's step");
    }
    return new Program(graph, types.subList(count, types.size()));
  }

  /** A compiled graph of what the session holds now and of further inputs. */
  public final class Program implements AutoCloseable {
    private final BufferScope own;
    private final Executable executable;
    private final List<Buffer> inputs;
    private final List<Buffer> outputs;

    private Program(Graph graph, List<TensorType> further) {
      this.executable = backend.compile(graph);
      this.own = backend.openScope();
      this.inputs = further.stream().map(own::allocate).toList();
      this.outputs = executable.outputTypes().stream().map(own::allocate).toList();
    }

    /**
     * The outputs.
     *
     * @param further a value for each input after those that the session holds
     */
    public List<NdArray> run(NdArray... further) {
      if (further.length != inputs.size()) {
        throw new EspalierException(
            ErrorCode.TYPE_MISMATCH,
            inputs.size() + " inputs besides what the session holds",
            further.length + " inputs",
            "pass one value for each");
      }
      for (int i = 0; i < further.length; i++) {
        inputs.get(i).write(further[i]);
      }
      List<Buffer> in = new ArrayList<>(held);
      in.addAll(inputs);
      executable.run(in, outputs);
      return outputs.stream().map(Buffer::read).toList();
    }

    @Override
    public void close() {
      own.close();
      executable.close();
    }
  }

  /** The compiled step and its batch. */
  final class Steps implements AutoCloseable {
    private final Executable executable = backend.compile(step.stepGraph());
    private final Buffer inputs;
    private final Buffer targets;
    private final List<Buffer> scalars = new ArrayList<>();

    Steps(Batch batch) {
      this.inputs = scope.allocate(batch.inputs().type());
      this.targets = scope.allocate(batch.targets().type());
      for (int i = 0; i < 3 + step.reportNames().size(); i++) {
        scalars.add(scope.allocate(TensorType.of(DType.F32)));
      }
    }

    /** Runs one step; gives loss, gradient norm, learning rate and what the step reports. */
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

  @Override
  public void close() {
    scope.close();
  }
}
