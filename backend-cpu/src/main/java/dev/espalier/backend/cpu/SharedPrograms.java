package dev.espalier.backend.cpu;

import dev.espalier.api.ir.Graph;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.plan.Planner;
import dev.espalier.backend.cpu.run.Program;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The programs of a backend's open executables. Graphs of equal structure, whose names may differ,
 * share one: graphs are compared whole, constants bit by bit, so that a shared program is the one
 * that the graph would have got. It goes with the last executable that uses it.
 */
final class SharedPrograms {
  private final ConcurrentHashMap<Graph, Use> inUse = new ConcurrentHashMap<>();
  private final Kernels kernels;

  SharedPrograms(Kernels kernels) {
    this.kernels = kernels;
  }

  /**
   * A program that is in use.
   *
   * @param graph the first graph that it was compiled for
   * @param program the program
   * @param executables how many use it
   */
  record Use(Graph graph, Program program, int executables) {
    private Use with(int others) {
      return new Use(graph, program, others);
    }
  }

  /** The program of a graph for one executable more, compiled where there is none. */
  Use acquire(Graph graph) {
    Use use =
        inUse.compute(
            graph,
            (_, held) ->
                held == null
                    ? new Use(graph, Planner.compile(graph.verify(), kernels), 1)
                    : held.with(held.executables() + 1));
    return Objects.requireNonNull(use);
  }

  /** One executable less uses the program. */
  void release(Use use) {
    inUse.computeIfPresent(
        use.graph(),
        (_, held) -> held.executables() == 1 ? null : held.with(held.executables() - 1));
  }

  /** The number of different programs in use. */
  int size() {
    return inUse.size();
  }
}
