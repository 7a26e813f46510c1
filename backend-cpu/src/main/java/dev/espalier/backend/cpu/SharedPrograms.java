package dev.espalier.backend.cpu;

import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.api.ir.Graph;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.plan.Planner;
import dev.espalier.backend.cpu.run.Program;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The programs of a backend's open executables. Graphs of equal structure, whose names may differ,
 * share one: graphs are compared whole, constants bit by bit, so that a shared program is the one
 * that the graph would have got. It goes with the last executable that uses it.
 */
final class SharedPrograms {
  private final ConcurrentHashMap<Key, Use> inUse = new ConcurrentHashMap<>();
  private final Kernels kernels;
  private final Optional<MatrixProducts> products;

  SharedPrograms(Kernels kernels, Optional<MatrixProducts> products) {
    this.kernels = kernels;
    this.products = products;
  }

  /** What programs are found by. */
  record Key(Graph graph, List<Donation> donations) {
    Key {
      donations = List.copyOf(donations);
    }
  }

  /**
   * A program that is in use.
   *
   * @param key the first graph that it was compiled for, and its donations
   * @param program the program
   * @param executables how many use it
   */
  record Use(Key key, Program program, int executables) {
    private Use with(int others) {
      return new Use(key, program, others);
    }
  }

  /**
   * The program of a graph for one executable more, compiled where there is none.
   *
   * @param donations which outputs take the buffers of which inputs
   * @param check throws where a program that was just compiled is not to be used
   */
  Use acquire(Graph graph, List<Donation> donations, Consumer<Program> check) {
    Key key = new Key(graph, donations);
    Use use =
        inUse.compute(
            key,
            (_, held) -> {
              if (held != null) {
                return held.with(held.executables() + 1);
              }
              Donation.require(graph.verify(), donations);
              Program program = Planner.compile(graph, kernels, products, donations);
              check.accept(program);
              return new Use(key, program, 1);
            });
    return Objects.requireNonNull(use);
  }

  /** One executable less uses the program. */
  void release(Use use) {
    inUse.computeIfPresent(
        use.key(), (_, held) -> held.executables() == 1 ? null : held.with(held.executables() - 1));
  }

  /** The number of different programs in use. */
  int size() {
    return inUse.size();
  }
}
