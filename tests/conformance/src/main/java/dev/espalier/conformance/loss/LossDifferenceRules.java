package dev.espalier.conformance.loss;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.training.Loss;
import dev.espalier.conformance.numerics.CentralDifference;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;

/** The derivatives of a loss against differences along a line through the predictions. */
final class LossDifferenceRules {
  private static final double STEP = 0x1p-6;
  private static final double BOUND = 1e-8;

  /** Off the halves and integers on which kinks like to lie. */
  private static final double ASIDE = 0.0012345;

  private static final double LARGEST = 32;

  private LossDifferenceRules() {}

  static List<Check<? super ExtensionSubject<Loss>>> checks() {
    return List.of(Check.<ExtensionSubject<Loss>>single("LOSS-8", LossDifferenceRules::limits));
  }

  /** First and second derivative of every example along its line. */
  private record Slopes(double[] first, double[] second) {}

  private static void limits(ExtensionSubject<Loss> subject, Findings findings) {
    Loss loss = subject.extension();
    Examples given = Examples.of(loss, subject.claims());
    NdArray line = given.directions(4);
    Examples examples = given.moved(NdArray.filled(line.type(), 1), ASIDE);
    Slopes told = told(loss, examples, line);
    Slopes coarse = differences(loss, examples, line, STEP);
    Slopes fine = differences(loss, examples, line, STEP / 2);
    int tried = 0;
    int decided = 0;
    for (int i = 0; i < examples.count(); i++) {
      if (examples.largest(i) > LARGEST) {
        continue;
      }
      tried += 2;
      decided +=
          compare(
                  findings,
                  "first",
                  examples.text(i),
                  told.first()[i],
                  coarse.first()[i],
                  fine.first()[i])
              + compare(
                  findings,
                  "second",
                  examples.text(i),
                  told.second()[i],
                  coarse.second()[i],
                  fine.second()[i]);
    }
    findings.require(
        2 * decided >= tried,
        "differences have a limit in %d of %d places only".formatted(decided, tried));
  }

  /** Whether it could be told: across a kink differences of two steps are two numbers. */
  private static int compare(
      Findings findings, String order, String where, double told, double coarse, double fine) {
    double bound = BOUND * (1 + Math.abs(fine));
    if (!(Math.abs(coarse - fine) <= bound)) {
      return 0;
    }
    findings.require(
        Math.abs(told - fine) <= 4 * bound,
        "%s derivative along a line, at %s: %s; differences give %s"
            .formatted(order, where, told, fine));
    return 1;
  }

  private static Slopes told(Loss loss, Examples examples, NdArray line) {
    Examples.Found found = examples.evaluate(loss, DType.F64, line);
    return new Slopes(
        along(found.gradients(), line, examples.count()),
        along(found.products(), line, examples.count()));
  }

  private static Slopes differences(Loss loss, Examples examples, NdArray line, double step) {
    double[] first = new double[examples.count()];
    double[] second = new double[examples.count()];
    for (int k = 1; k <= CentralDifference.REACH; k++) {
      for (int side : new int[] {1, -1}) {
        Examples.Found found =
            examples.moved(line, side * k * step).evaluate(loss, DType.F64, line);
        double[] slopes = along(found.gradients(), line, examples.count());
        double weight = side * CentralDifference.weight(k) / step;
        for (int i = 0; i < first.length; i++) {
          first[i] += weight * found.losses()[i];
          second[i] += weight * slopes[i];
        }
      }
    }
    return new Slopes(first, second);
  }

  /** The inner product of each example's part. */
  private static double[] along(NdArray x, NdArray line, int examples) {
    int each = x.type().shape().size() / examples;
    double[] sums = new double[examples];
    for (int i = 0; i < x.type().shape().size(); i++) {
      sums[i / each] += x.getDouble(i) * line.getDouble(i);
    }
    return sums;
  }
}
