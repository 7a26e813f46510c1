package dev.espalier.conformance.schedule;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Schedule;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Rules SCH: schedules. */
public final class ScheduleRules {
  private static final Set<String> KNOWN = Set.of("decreasing");
  private static final int[] TOTALS = {1, 2, 3, 10, 1000};

  private ScheduleRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Schedule>>> checks() {
    return List.of(
        Check.single("SCH-1", ExtensionSubject::holdsGoldenPoints),
        Check.<ExtensionSubject<Schedule>>single("SCH-2", ScheduleRules::inRange),
        Check.<ExtensionSubject<Schedule>>single("SCH-3", ScheduleRules::decreasing));
  }

  /** The factors of steps 0 to the total, and of one far beyond it. */
  private static double[] factors(Schedule schedule, int total) {
    TensorType scalar = new TensorType(DType.F64, Shape.SCALAR);
    Graph graph =
        Graph.trace(
            "factor",
            List.of(scalar, scalar),
            in -> List.of(schedule.factor(in.get(0), in.get(1))));
    return IntStream.concat(IntStream.rangeClosed(0, total), IntStream.of(10 * total))
        .mapToDouble(step ->
            Reference.run(
                    graph,
                    List.of(NdArray.scalar(DType.F64, step), NdArray.scalar(DType.F64, total)))
                .getFirst()
                .getDouble(0))
        .toArray();
  }

  private static void inRange(ExtensionSubject<Schedule> subject, Findings findings) {
    subject.claims().unknown(KNOWN).ifPresent(findings::problem);
    for (int total : TOTALS) {
      double[] factors = factors(subject.extension(), total);
      for (int step = 0; step < factors.length; step++) {
        findings.require(
            factors[step] >= 0 && factors[step] < Double.POSITIVE_INFINITY,
            "the factor of step " + step + " of " + total + " is " + factors[step]);
      }
    }
  }

  private static void decreasing(ExtensionSubject<Schedule> subject, Findings findings) {
    boolean falls = false;
    boolean rises = false;
    for (int total : TOTALS) {
      double[] factors = factors(subject.extension(), total);
      for (int step = 1; step < factors.length; step++) {
        falls |= factors[step] < factors[step - 1];
        rises |= factors[step] > factors[step - 1];
      }
    }
    boolean decreasing = falls && !rises;
    findings.require(
        decreasing == subject.claims().has("decreasing"),
        decreasing
            ? "it decreases and does not claim it: add '# claim: decreasing'"
            : "it claims to decrease and does not");
  }
}
