package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A training step on a backend: what is trained lies in one set of buffers, which each step reads
 * and writes over. Used by one thread; closing it frees what it holds, and whoever opened the
 * backend closes that afterwards.
 *
 * <p>A step that fails leaves what is trained half written. From then on nothing is read from the
 * session, so that no checkpoint is made of it; the last good one stays.
 */
public final class Session implements AutoCloseable {
  private final TrainingStep step;
  private final Backend backend;
  private final BufferScope scope;
  private final List<TensorType> heldTypes = new ArrayList<>();
  private final List<String> heldNames = new ArrayList<>();
  private final Buffer stepNumber;
  private final Buffer key;
  private final List<Buffer> held;
  private boolean halfWritten;

  Session(TrainingStep step, Backend backend, long seed) {
    this.step = step;
    this.backend = backend;
    this.scope = backend.openScope();
    step.parameterTypes().paths().forEach(path -> heldNames.add("parameters/" + path));
    step.stateTypes().paths().forEach(path -> heldNames.add("state/" + path));
    heldTypes.addAll(step.parameterTypes().leaves());
    heldTypes.addAll(step.stateTypes().leaves());
    this.held = heldTypes.stream().map(scope::allocate).toList();
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
    long ofModel = tensors.keySet().stream().filter(name -> !name.startsWith("run/")).count();
    for (int i = 0; i < heldNames.size(); i++) {
      NdArray values = tensors.get(heldNames.get(i));
      if (values == null || !values.type().equals(heldTypes.get(i)) || ofModel != held.size()) {
        throw new EspalierException(
            ErrorCode.CHECKPOINT_MISMATCH,
            "the checkpoint holds " + heldNames.get(i) + " as " + heldTypes.get(i),
            values == null ? "no such tensor" : values.type() + " of " + ofModel,
            "resume with the model and optimizer that the checkpoint was made with");
      }
      held.get(i).write(values);
    }
  }

  /** What is run. */
  public TrainingStep step() {
    return step;
  }

  /**
   * Copies of what is trained and of the state, by name: {@code parameters/PATH, state/PATH}.
   *
   * @throws EspalierException STEP_FAILED after a step that failed
   */
  public Map<String, NdArray> tensors() {
    requireWhole();
    Map<String, NdArray> tensors = new LinkedHashMap<>();
    for (int i = 0; i < heldNames.size(); i++) {
      tensors.put(heldNames.get(i), held.get(i).read());
    }
    return tensors;
  }

  private void requireWhole() {
    if (halfWritten) {
      throw new EspalierException(
          ErrorCode.STEP_FAILED,
          "parameters and state are read after a step that succeeded",
          "the last step of "
              + step.stepGraph().name()
              + " failed and may have written some of them",
          "go on from the last good checkpoint");
    }
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
     * @throws EspalierException STEP_FAILED after a step that failed
     */
    public List<NdArray> run(NdArray... further) {
      requireWhole();
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

  /** The step, compiled for each number of rows that its batches had. */
  final class Steps implements AutoCloseable {
    private final Map<Integer, Compiled> compiled = new HashMap<>();
    private final Compiled first;

    /** Compiled for the run's own number of rows. */
    Steps() {
      this.first = compiled(step.inputs().rows());
    }

    private Compiled compiled(int rows) {
      return compiled.computeIfAbsent(rows, Compiled::new);
    }

    /** What a step of the run's own number of rows needs. */
    MemoryUse memory() {
      return first.executable.memory();
    }

    /**
     * Runs one step; gives loss, gradient norm, learning rate, what the step reports, and what it
     * asks of the next batch.
     *
     * @param batches by {@link dev.espalier.training.step.StepInputs#types}
     * @throws EspalierException STEP_FAILED after a step that failed; whatever the backend refuses
     */
    double[] run(long number, List<NdArray> batches) {
      requireWhole();
      return compiled(batches.getFirst().type().shape().extent(0)).run(number, batches);
    }

    @Override
    public void close() {
      compiled.values().forEach(each -> each.executable.close());
    }
  }

  /** The step for a number of rows, with buffers for its batches and scalars. */
  private final class Compiled {
    private final Executable executable;
    private final List<Buffer> batches;
    private final List<Buffer> scalars;
    private final List<Buffer> in;
    private final List<Buffer> out;

    Compiled(int rows) {
      List<Donation> donations =
          IntStream.range(0, held.size()).mapToObj(i -> new Donation(i, i)).toList();
      this.executable = backend.compile(step.stepGraph(rows), donations);
      this.batches = step.inputs().withRows(rows).types().stream().map(scope::allocate).toList();
      List<TensorType> results = executable.outputTypes();
      this.scalars =
          results.subList(held.size(), results.size()).stream().map(scope::allocate).toList();
      this.in = Stream.of(held, batches, List.of(stepNumber, key)).flatMap(List::stream).toList();
      this.out = Stream.of(held, scalars).flatMap(List::stream).toList();
    }

    double[] run(long number, List<NdArray> values) {
      for (int i = 0; i < values.size(); i++) {
        batches.get(i).write(values.get(i));
      }
      stepNumber.write(NdArray.scalar(number));
      halfWritten = true;
      executable.run(in, out);
      halfWritten = false;
      return scalars.stream().mapToDouble(scalar -> scalar.read().getDouble(0)).toArray();
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
