package dev.espalier.conformance.loss;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.training.Loss;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.stream.IntStream;

/** Values and derivatives of a loss. */
final class LossValueRules {
  private static final double ROUNDINGS = 64;

  private LossValueRules() {}

  static List<Check<? super ExtensionSubject<Loss>>> checks() {
    return List.of(
        Check.single("LOSS-1", ExtensionSubject::holdsGoldenPoints),
        Check.<ExtensionSubject<Loss>>single("LOSS-2", LossValueRules::examplesAreApart),
        Check.<ExtensionSubject<Loss>>single("LOSS-3", LossValueRules::narrowIsNearWide),
        Check.<ExtensionSubject<Loss>>single("LOSS-4", LossValueRules::derivativesAreFinite),
        Check.<ExtensionSubject<Loss>>single("LOSS-5", LossValueRules::positionsAreAveraged));
  }

  private static void examplesAreApart(ExtensionSubject<Loss> subject, Findings findings) {
    Examples examples = Examples.of(subject.extension(), subject.claims());
    NdArray vector = examples.directions(1);
    double[] losses = examples.evaluate(subject.extension(), DType.F64, vector).losses();
    double[] turned = examples.reversed().evaluate(subject.extension(), DType.F64, vector).losses();
    changeOne(subject.extension(), examples, losses, findings);
    findings.require(
        losses.length == examples.count(),
        losses.length + " losses for " + examples.count() + " examples");
    for (int i = 0; i < losses.length; i++) {
      double other = turned[losses.length - 1 - i];
      findings.require(
          losses[i] == other,
          examples.text(i)
              + ": "
              + losses[i]
              + ", and "
              + other
              + " at another place of the batch");
    }
  }

  /** Another example, another loss of it and of no other. */
  private static void changeOne(Loss loss, Examples examples, double[] losses, Findings findings) {
    double[] predictions = examples.predictions().toDoubles();
    int values = examples.predictions().type().shape().extent(1);
    predictions[values] = 3.5;
    Examples changed =
        new Examples(NdArray.of(predictions, examples.count(), values), examples.targets());
    double[] others = changed.evaluate(loss, DType.F64, examples.directions(1)).losses();
    for (int i = 0; i < losses.length; i++) {
      findings.require(
          i == 1 || losses[i] == others[i],
          examples.text(i)
              + ": "
              + losses[i]
              + ", and "
              + others[i]
              + " where another example changes");
    }
  }

  private static void narrowIsNearWide(ExtensionSubject<Loss> subject, Findings findings) {
    Examples examples = Examples.of(subject.extension(), subject.claims());
    NdArray vector = examples.directions(1);
    Examples.Found wide = examples.evaluate(subject.extension(), DType.F64, vector);
    Examples.Found narrow = examples.evaluate(subject.extension(), DType.F32, vector);
    int values = examples.predictions().type().shape().extent(1);
    for (int i = 0; i < examples.count(); i++) {
      double scale = 1 + Math.abs(wide.losses()[i]);
      double largest = 1;
      for (int j = 0; j < values; j++) {
        int place = i * values + j;
        double slope = wide.gradients().getDouble(place);
        scale += Math.abs(slope * examples.predictions().getDouble(place));
        largest = Math.max(largest, Math.abs(slope));
      }
      near(findings, "loss of " + examples.text(i), narrow.losses()[i], wide.losses()[i], scale);
      for (int j = 0; j < values; j++) {
        int place = i * values + j;
        near(
            findings,
            "gradient " + j + " of " + examples.text(i),
            narrow.gradients().getDouble(place),
            wide.gradients().getDouble(place),
            largest + Math.abs(wide.products().getDouble(place)));
      }
    }
  }

  private static void near(
      Findings findings, String what, double found, double expected, double scale) {
    double bound = ROUNDINGS * 0x1p-24 * scale;
    findings.require(
        Math.abs(found - expected) <= bound,
        what + " in f32: " + found + ", in f64 " + expected + ", bound " + bound);
  }

  private static void derivativesAreFinite(ExtensionSubject<Loss> subject, Findings findings) {
    Examples examples = Examples.of(subject.extension(), subject.claims());
    int values = examples.predictions().type().shape().extent(1);
    for (DType dtype : List.of(DType.F64, DType.F32)) {
      Examples.Found found = examples.evaluate(subject.extension(), dtype, examples.directions(2));
      for (int i = 0; i < examples.count(); i++) {
        int from = i * values;
        boolean finite =
            Double.isFinite(found.losses()[i])
                && IntStream.range(from, from + values)
                    .allMatch(j ->
                        Double.isFinite(found.gradients().getDouble(j))
                            && Double.isFinite(found.products().getDouble(j)));
        findings.require(
            finite,
            "in " + dtype.text() + " not finite: loss or derivatives of " + examples.text(i));
      }
    }
  }

  /** Of several positions the loss is the mean. */
  private static void positionsAreAveraged(ExtensionSubject<Loss> subject, Findings findings) {
    Loss loss = subject.extension();
    Examples examples = Examples.of(loss, subject.claims());
    int half = examples.count() / 2;
    int values = examples.predictions().type().shape().extent(1);
    boolean classes = loss.target() == Loss.Target.CLASSES;
    NdArray predictions = slice(examples.predictions(), 2 * half).reshape(half, 2, values);
    NdArray targets =
        classes
            ? slice(examples.targets(), 2 * half).reshape(half, 2)
            : slice(examples.targets(), 2 * half).reshape(half, 2, values);
    NdArray vector = NdArray.filled(predictions.type(), 1);
    double[] together =
        new Examples(predictions, targets).evaluate(loss, DType.F64, vector).losses();
    double[] single = examples.evaluate(loss, DType.F64, examples.directions(1)).losses();
    findings.require(
        together.length == half, together.length + " losses for " + half + " examples");
    for (int i = 0; i < half; i++) {
      double mean = (single[2 * i] + single[2 * i + 1]) / 2;
      findings.require(
          Math.abs(together[i] - mean) <= 1e-12 * (1 + Math.abs(mean)),
          "of two positions, "
              + examples.text(2 * i)
              + " and "
              + examples.text(2 * i + 1)
              + ", it is "
              + together[i]
              + "; the mean is "
              + mean);
    }
  }

  private static NdArray slice(NdArray x, int count) {
    int each = x.type().shape().size() / x.type().shape().extent(0);
    Object storage = NdArray.allocate(x.type().withShape(x.type().shape().with(0, count)));
    System.arraycopy(x.storage(), 0, storage, 0, count * each);
    return NdArray.wrap(x.type().withShape(x.type().shape().with(0, count)), storage);
  }
}
