package dev.espalier.conformance.operation;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.BackendSubject;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Random graphs on a backend against the reference in f64.
 *
 * <p>How far a result may be off follows from the graph's own condition: how far the reference
 * moves where its inputs are moved by a rounding, and where it computes in the graph's element
 * type. A result may be off by {@value #TIMES} times the larger, and by as many roundings of the
 * largest value; integers not at all.
 */
final class RandomGraphRules {
  private static final double TIMES = 64;
  private static final int MOVES = 3;
  private static final int QUICK_SEEDS = 15;
  private static final int FULL_SEEDS = 250;

  private RandomGraphRules() {}

  static Stream<Trial> trials(BackendSubject subject, Tier tier) {
    int seeds = tier == Tier.QUICK ? QUICK_SEEDS : FULL_SEEDS;
    return Stream.of(DType.F32, DType.F64, DType.I32, DType.I64)
        .flatMap(dtype ->
            LongStream.rangeClosed(1, seeds)
                .mapToObj(seed ->
                    new Trial(
                        dtype.text() + " seed " + seed,
                        findings -> check(subject.backend(), dtype, seed, findings))));
  }

  private static void check(Backend backend, DType dtype, long seed, Findings findings) {
    if (!backend.capabilities().types().contains(dtype)) {
      return;
    }
    RandomGraph of = RandomGraph.of(seed, dtype, backend.capabilities()::claims);
    if (!backend.capabilities().claims(of.graph()) || difference(backend, of).isEmpty()) {
      return;
    }
    RandomGraph small = Shrink.shrink(of, smaller -> difference(backend, smaller).isPresent());
    findings.problem(
        "seed %d in %s, shrunk from %d nodes to %d:%n%sinputs %s%n%s"
            .formatted(
                seed,
                dtype.text(),
                of.graph().nodes().size(),
                small.graph().nodes().size(),
                small.graph(),
                small.inputs(),
                difference(backend, small).orElseThrow()));
  }

  /** Where a backend is off, with both values and the bound; empty where it is not. */
  static Optional<String> difference(Backend backend, RandomGraph of) {
    Graph graph = of.graph();
    List<NdArray> found;
    try {
      found = BackendSubject.run(backend, graph, of.inputs());
    } catch (RuntimeException e) {
      return Optional.of("it throws " + e);
    }
    List<NdArray> own = Reference.run(graph, of.inputs());
    List<NdArray> wanted = Reference.runInF64(graph, of.inputs());
    List<List<NdArray>> moved = new ArrayList<>(List.of(own));
    for (int move = 1; move <= MOVES; move++) {
      moved.add(Reference.runInF64(graph, move(of.inputs(), move)));
    }
    for (int i = 0; i < wanted.size(); i++) {
      int output = i;
      NdArray exact = wanted.get(i).type().dtype().isFloat() ? wanted.get(i) : own.get(i);
      double bound =
          exact.type().dtype().isFloat()
              ? bound(
                  exact,
                  rounding(graph.outputTypes().get(i).dtype()),
                  moved.stream().map(results -> results.get(output)).toList())
              : 0;
      for (int element = 0; element < exact.type().shape().size(); element++) {
        double distance = Math.abs(found.get(i).getDouble(element) - exact.getDouble(element));
        boolean bothNaN =
            Double.isNaN(found.get(i).getDouble(element)) && Double.isNaN(exact.getDouble(element));
        if (!(distance <= bound) && !bothNaN) {
          return Optional.of(
              "output %d [%d]: found %s, expected %s, bound %s"
                  .formatted(
                      i,
                      element,
                      found.get(i).getDouble(element),
                      exact.getDouble(element),
                      bound));
        }
      }
    }
    return Optional.empty();
  }

  private static double bound(NdArray exact, double rounding, List<NdArray> moved) {
    double largest = 0;
    double spread = 0;
    for (int element = 0; element < exact.type().shape().size(); element++) {
      double value = exact.getDouble(element);
      largest = Math.max(largest, Math.abs(value));
      for (NdArray other : moved) {
        spread = Math.max(spread, Math.abs(other.getDouble(element) - value));
      }
    }
    return TIMES * (spread + rounding * largest) + 1e-30;
  }

  private static double rounding(DType dtype) {
    return dtype == DType.F64 ? 0x1p-53 : 0x1p-24;
  }

  /** The inputs with each float moved by about a rounding of its type. */
  private static List<NdArray> move(List<NdArray> inputs, int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<NdArray> moved = new ArrayList<>();
    for (NdArray input : inputs) {
      if (!input.type().dtype().isFloat()) {
        moved.add(input);
        continue;
      }
      double[] values = input.toDoubles();
      double rounding = rounding(input.type().dtype());
      for (int i = 0; i < values.length; i++) {
        values[i] *= 1 + rounding * random.nextDouble(-1, 1);
      }
      moved.add(NdArray.of(values, input.type().shape().extents()));
    }
    return moved;
  }
}
