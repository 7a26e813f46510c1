package dev.espalier.benchmarks.costs;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MemoryUse;
import dev.espalier.api.ir.Graph;
import dev.espalier.benchmarks.RandomValues;
import dev.espalier.benchmarks.RunningGraph;
import java.util.List;

/** A question that is asked again and again at one point and on one batch. */
final class RunningQuestion implements RunningGraph {
  /** Parameters of this deviation keep what a model computes in range. */
  private static final double DEVIATION = 0.05;

  private final BufferScope scope;
  private final Executable executable;
  private final List<Buffer> inputs;
  private final List<Buffer> outputs;

  RunningQuestion(Graph graph, Backend backend, RandomValues random) {
    this.scope = backend.openScope();
    this.executable = backend.compile(graph);
    RandomValues small = random.scaled(DEVIATION);
    this.inputs =
        executable.inputTypes().stream().map(type -> scope.upload(small.of(type))).toList();
    this.outputs = executable.outputTypes().stream().map(scope::allocate).toList();
  }

  @Override
  public double milliseconds() {
    long before = System.nanoTime();
    executable.run(inputs, outputs);
    return (System.nanoTime() - before) / 1e6;
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
