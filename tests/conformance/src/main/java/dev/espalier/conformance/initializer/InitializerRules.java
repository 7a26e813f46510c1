package dev.espalier.conformance.initializer;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;
import dev.espalier.conformance.golden.GoldenFile;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import dev.espalier.engine.reference.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.numbers.gamma.Erf;

/** Rules INIT: initializers. */
public final class InitializerRules {
  private static final Set<String> KNOWN = Set.of("distribution");
  private static final int DRAWS = 6000;

  private InitializerRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Initializer>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Initializer>>single("INIT-1", InitializerRules::moments),
        Check.<ExtensionSubject<Initializer>>single("INIT-2", InitializerRules::distribution),
        Check.<ExtensionSubject<Initializer>>single("INIT-3", InitializerRules::keys),
        Check.<ExtensionSubject<Initializer>>single("INIT-4", InitializerRules::types));
  }

  private static NdArray draw(
      Initializer initializer, TensorType type, long key, int fanIn, int fanOut) {
    Graph graph =
        Graph.trace(
            "draw",
            List.of(new TensorType(DType.I64, Shape.SCALAR)),
            in -> List.of(initializer.initialize(new Key(in.getFirst()), type, fanIn, fanOut)));
    return Reference.run(graph, List.of(NdArray.scalar(key))).getFirst();
  }

  /** Looks at the draws of a row of the golden file. */
  private interface Look {
    void at(double[] draws, Row row, Findings findings);
  }

  /** A row of the golden file. */
  private record Row(
      String settings, double mean, double variance, double low, double high, DType dtype) {}

  private static void each(ExtensionSubject<Initializer> subject, Findings findings, Look look) {
    if (subject.golden().isEmpty()) {
      findings.problem(
          "there is no file " + subject.registered().name() + ".golden.csv beside the plugin");
      return;
    }
    for (GoldenFile.Section section : subject.golden().get().sections()) {
      Initializer initializer = subject.registered().create(section.hyperparameters());
      for (int row = 0; row < section.rows().size(); row++) {
        int fanIn = (int) section.numbers("fan_in")[row];
        int fanOut = (int) section.numbers("fan_out")[row];
        for (DType dtype : List.of(DType.F32, DType.F64)) {
          double[] draws =
              draw(initializer, TensorType.of(dtype, DRAWS / 60, 60), 42, fanIn, fanOut)
                  .toDoubles();
          Row of =
              new Row(
                  section.hyperparameters().toString(),
                  section.numbers("mean")[row],
                  section.numbers("variance")[row],
                  section.numbers("low")[row],
                  section.numbers("high")[row],
                  dtype);
          look.at(draws, of, findings);
        }
      }
    }
  }

  /** Within five standard errors; the key is fixed, so the rule says the same every time. */
  private static void moments(ExtensionSubject<Initializer> subject, Findings findings) {
    subject.claims().unknown(KNOWN).ifPresent(findings::problem);
    each(
        subject,
        findings,
        (draws, row, notes) -> {
          double mean = Arrays.stream(draws).average().orElseThrow();
          double variance =
              Arrays.stream(draws).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
          String what = " of %d draws with %s in %s".formatted(DRAWS, row.settings(), row.dtype());
          notes.require(
              Math.abs(mean - row.mean()) <= 5 * Math.sqrt(row.variance() / DRAWS) + 1e-7,
              "the mean" + what + " is " + mean + ", expected " + row.mean());
          notes.require(
              Math.abs(variance - row.variance())
                  <= 5 * row.variance() * Math.sqrt(2.0 / DRAWS) + 1e-12,
              "the variance" + what + " is " + variance + ", expected " + row.variance());
          double least = Arrays.stream(draws).min().orElseThrow();
          double most = Arrays.stream(draws).max().orElseThrow();
          double rounding = 0x1p-22 * Math.max(Math.abs(row.low()), Math.abs(row.high()));
          notes.require(
              !(least < row.low() - rounding) && !(most > row.high() + rounding),
              "the draws"
                  + what
                  + " go from "
                  + least
                  + " to "
                  + most
                  + ", not from "
                  + row.low()
                  + " to "
                  + row.high());
        });
  }

  /** By Kolmogorov and Smirnov's largest distance, at a chance of 1e-6 to be wrong. */
  private static void distribution(ExtensionSubject<Initializer> subject, Findings findings) {
    String claimed = subject.claims().text("distribution").orElse("");
    if (!List.of("constant", "uniform", "normal").contains(claimed)) {
      findings.problem(
          "there is no line '# claim: distribution=NAME' of constant, uniform or normal");
      return;
    }
    each(
        subject,
        findings,
        (draws, row, notes) -> {
          double[] sorted = Arrays.stream(draws).sorted().toArray();
          double spread = Math.sqrt(row.variance());
          if (claimed.equals("constant") || spread == 0) {
            notes.require(
                sorted[0] == sorted[sorted.length - 1],
                "it claims to be constant and goes from "
                    + sorted[0]
                    + " to "
                    + sorted[sorted.length - 1]);
            return;
          }
          double distance = 0;
          for (int i = 0; i < sorted.length; i++) {
            double below =
                claimed.equals("normal")
                    ? Erf.value((sorted[i] - row.mean()) / spread / Math.sqrt(2)) / 2 + 0.5
                    : Math.clamp((sorted[i] - row.mean()) / spread / Math.sqrt(12) + 0.5, 0, 1);
            distance = Math.max(distance, Math.abs(below - i / (double) sorted.length));
            distance = Math.max(distance, Math.abs(below - (i + 1) / (double) sorted.length));
          }
          double bound = 2.7 / Math.sqrt(sorted.length);
          notes.require(
              distance <= bound,
              "with %s the distribution is %s off the %s one that it claims, bound %s"
                  .formatted(row.settings(), distance, claimed, bound));
        });
  }

  private static void keys(ExtensionSubject<Initializer> subject, Findings findings) {
    TensorType type = TensorType.of(DType.F32, 8, 5);
    NdArray first = draw(subject.extension(), type, 1, 8, 5);
    findings.require(
        first.equals(draw(subject.extension(), type, 1, 8, 5)), "one key gives different values");
    boolean constant = subject.claims().text("distribution").orElse("").equals("constant");
    findings.require(
        constant == first.equals(draw(subject.extension(), type, 2, 8, 5)),
        constant ? "it claims to be constant and depends on the key" : "it ignores the key");
  }

  private static void types(ExtensionSubject<Initializer> subject, Findings findings) {
    for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16)) {
      for (Shape shape :
          List.of(
              Shape.SCALAR,
              Shape.of(3),
              Shape.of(0),
              Shape.of(4, 7),
              Shape.of(2, 3, 5),
              Shape.of(8, 4, 3, 3))) {
        TensorType type = new TensorType(dtype, shape);
        NdArray found = draw(subject.extension(), type, 1, 4, 7);
        findings.require(
            found.type().equals(type), "asked for " + type + " it gives " + found.type());
        findings.require(
            Arrays.stream(found.toDoubles()).allMatch(Double::isFinite),
            "of " + type + " it gives values that are not finite");
      }
    }
  }
}
