package dev.espalier.conformance.operation;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;

/** Rules RNG: random bits are the same on every backend. */
public final class RandomRules {
  private static final int DRAWS = 20_000;

  /**
   * The block of counter 0 under key 0 of Philox 4x32-10, from the file {@code kat_vectors} of
   * Random123 1.14 (D. E. Shaw Research). Its other two vectors lie beyond the elements that a
   * tensor has; {@code golden/exact.py} is held against them.
   */
  private static final int[] KNOWN = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};

  private RandomRules() {}

  /** The checks. */
  public static List<Check<? super BackendSubject>> checks() {
    return List.of(
        Check.single("RNG-1", RandomRules::knownAnswers),
        new Check<>(
            "RNG-2",
            (subject, tier) ->
                OperationRules.exactValues(
                    subject,
                    OpCases.all(DType.F32).stream().filter(of -> of.op().equals("random_bits")))),
        Check.single("RNG-3", RandomRules::uniform));
  }

  private static boolean claims(Backend backend, Graph graph) {
    return backend.capabilities().claims(graph);
  }

  private static void knownAnswers(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    TensorType scalar = new TensorType(DType.I64, Shape.SCALAR);
    Graph graph =
        Graph.trace(
            "bits",
            List.of(scalar, scalar),
            in -> List.of(in.get(0).randomBits(in.get(1), Shape.of(KNOWN.length))));
    if (!claims(backend, graph)) {
      return;
    }
    List<NdArray> zeros = List.of(NdArray.scalar(0), NdArray.scalar(0));
    NdArray found = BackendSubject.run(backend, graph, zeros).getFirst();
    for (int word = 0; word < KNOWN.length; word++) {
      findings.require(
          (int) found.getLong(word) == KNOWN[word],
          "word %d of counter 0 under key 0: found %08x, known %08x"
              .formatted(word, (int) found.getLong(word), KNOWN[word]));
    }
  }

  /** Moments of uniform and normal draws, and streams that differ. */
  private static void uniform(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      Shape shape = Shape.of(DRAWS);
      Graph graph =
          Graph.trace(
              "draws",
              List.of(new TensorType(DType.I64, Shape.SCALAR)),
              in -> {
                Key key = new Key(in.getFirst());
                return List.of(
                    key.uniform(dtype, shape),
                    key.fold(1).uniform(dtype, shape),
                    key.fold(2).normal(dtype, shape));
              });
      if (!claims(backend, graph)) {
        continue;
      }
      List<NdArray> found = BackendSubject.run(backend, graph, List.of(NdArray.scalar(7)));
      String what = " of " + DRAWS + " draws in " + dtype.text();
      moments(findings, "uniform" + what, found.get(0), 0.5, 1.0 / 12, 0, 1);
      moments(findings, "normal" + what, found.get(2), 0, 1, -10, 10);
      double correlation = correlation(found.get(0), found.get(1));
      // Five standard errors.
      findings.require(
          Math.abs(correlation) <= 5 / Math.sqrt(DRAWS),
          "the streams of two keys correlate by " + correlation);
    }
  }

  private static void moments(
      Findings findings,
      String what,
      NdArray draws,
      double mean,
      double variance,
      double low,
      double high) {
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < DRAWS; i++) {
      double draw = draws.getDouble(i);
      findings.require(
          draw >= low && draw < high, what + ": " + draw + " outside [" + low + ", " + high + ")");
      sum += draw;
      squares += (draw - mean) * (draw - mean);
    }
    double foundMean = sum / DRAWS;
    double foundVariance = squares / DRAWS;
    findings.require(
        Math.abs(foundMean - mean) <= 5 * Math.sqrt(variance / DRAWS),
        what + " have mean " + foundMean + ", expected " + mean);
    findings.require(
        Math.abs(foundVariance - variance) <= 5 * variance * Math.sqrt(2.0 / DRAWS),
        what + " have variance " + foundVariance + ", expected " + variance);
  }

  private static double correlation(NdArray x, NdArray y) {
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      sum += (x.getDouble(i) - 0.5) * (y.getDouble(i) - 0.5);
    }
    return sum / DRAWS * 12;
  }
}
