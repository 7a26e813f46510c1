package dev.espalier.benchmarks;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A training step as the trainer runs it: what is trained lies in memory once. Each step sees a
 * fresh random batch, which is made before the clock starts: what is held in caches, or has become
 * denormal, does not come back.
 */
public final class RunningStep implements RunningGraph {
  private final BufferScope scope;
  private final Executable executable;
  private final RandomValues random;
  private final List<Buffer> batch;
  private final Buffer number;
  private final List<Buffer> inputs;
  private final List<Buffer> outputs;
  private final Buffer loss;
  private long done;

  /**
   * Compiles the step and draws the first parameters.
   *
   * @param step the step, of one batch that is not padded
   * @param backend where it runs; stays open
   * @param random the batches
   */
  public RunningStep(TrainingStep step, Backend backend, RandomValues random) {
    this.random = random;
    this.scope = backend.openScope();
    int count = step.parameterTypes().size() + step.stateTypes().size();
    List<Donation> donations = IntStream.range(0, count).mapToObj(i -> new Donation(i, i)).toList();
    this.executable = backend.compile(step.stepGraph(), donations);
    Buffer key = scope.upload(NdArray.scalar(1L));
    List<Buffer> held;
    try (Executable init = backend.compile(step.initGraph())) {
      held = init.outputTypes().stream().map(scope::allocate).toList();
      init.run(List.of(key), held);
    }
    List<TensorType> in = executable.inputTypes();
    List<TensorType> out = executable.outputTypes();
    this.batch = in.subList(count, count + 2).stream().map(scope::allocate).toList();
    this.number = scope.upload(NdArray.scalar(0L));
    List<Buffer> scalars = out.subList(count, out.size()).stream().map(scope::allocate).toList();
    this.loss = scalars.getFirst();
    this.inputs = joined(held, batch, List.of(number, key));
    this.outputs = joined(held, scalars);
  }

  @SafeVarargs
  private static List<Buffer> joined(List<Buffer>... parts) {
    List<Buffer> all = new ArrayList<>();
    for (List<Buffer> part : parts) {
      all.addAll(part);
    }
    return List.copyOf(all);
  }

  @Override
  public double milliseconds() {
    batch.forEach(buffer -> buffer.write(random.of(buffer.type())));
    number.write(NdArray.scalar(done++));
    long before = System.nanoTime();
    executable.run(inputs, outputs);
    return (System.nanoTime() - before) / 1e6;
  }

  /** The loss of the last step. */
  public double loss() {
    return loss.read().getDouble(0);
  }

  @Override
  public MemoryUse memory() {
    return executable.memory();
  }

  @Override
  public void close() {
    executable.close();
    scope.close();
  }
}
