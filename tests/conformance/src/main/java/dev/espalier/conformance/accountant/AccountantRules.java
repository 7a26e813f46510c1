package dev.espalier.conformance.accountant;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;

/** Rules ACC: accountants. */
public final class AccountantRules {
  /** What two ways to compute the same may differ by, as a part. */
  private static final double SAME = 1e-6;

  /** How far apart bounds may be that one expects to rise, as a part. */
  private static final double RISING = 2e-3;

  private static final double ROUNDING = 1e-9;
  private static final double[] DELTAS = {1e-3, 1e-5, 1e-8};

  /** In rising order of what they cost. */
  private static final List<List<PrivateSteps>> RISING_COUNTS =
      List.of(steps(0.02, 1.2, 1), steps(0.02, 1.2, 30), steps(0.02, 1.2, 1000));

  private static final List<List<PrivateSteps>> FALLING_NOISE =
      List.of(steps(0.05, 8, 200), steps(0.05, 2, 200), steps(0.05, 1, 200), steps(0.05, 0.7, 200));

  private static final List<List<PrivateSteps>> RISING_RATES =
      List.of(steps(0.001, 1.1, 500), steps(0.01, 1.1, 500), steps(0.1, 1.1, 500));

  /** Those that have a closed form. */
  private static final List<PrivateSteps> CLOSED =
      List.of(
          new PrivateSteps(1, 1, 1),
          new PrivateSteps(1, 5, 40),
          new PrivateSteps(0.5, 1, 1),
          new PrivateSteps(0.1, 0.6, 1),
          new PrivateSteps(0.9, 2, 1));

  private AccountantRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Accountant>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Accountant>>single("ACC-1", AccountantRules::nothing),
        Check.<ExtensionSubject<Accountant>>single("ACC-2", AccountantRules::rising),
        Check.<ExtensionSubject<Accountant>>single("ACC-3", AccountantRules::orderFree),
        Check.<ExtensionSubject<Accountant>>single("ACC-4", AccountantRules::boundedAbove),
        Check.<ExtensionSubject<Accountant>>single("ACC-5", AccountantRules::boundedBelow),
        Check.<ExtensionSubject<Accountant>>single("ACC-6", AccountantRules::refused));
  }

  private static List<PrivateSteps> steps(double rate, double noise, long count) {
    return List.of(new PrivateSteps(rate, noise, count));
  }

  private static void nothing(ExtensionSubject<Accountant> subject, Findings findings) {
    for (List<PrivateSteps> none : List.of(List.<PrivateSteps>of(), steps(0.1, 1, 0))) {
      Spending spending = subject.extension().spent(none, 1e-5);
      findings.require(spending.epsilon() == 0, none + " cost " + spending);
    }
  }

  private static void rising(ExtensionSubject<Accountant> subject, Findings findings) {
    for (List<List<PrivateSteps>> chain : List.of(RISING_COUNTS, FALLING_NOISE, RISING_RATES)) {
      for (int i = 1; i < chain.size(); i++) {
        rises(
            findings,
            chain.get(i - 1) + " cost %s, " + chain.get(i) + " cost %s",
            subject.extension().spent(chain.get(i - 1), 1e-5),
            subject.extension().spent(chain.get(i), 1e-5));
      }
    }
    List<PrivateSteps> last = RISING_COUNTS.getLast();
    for (int i = 1; i < DELTAS.length; i++) {
      rises(
          findings,
          last + " cost %s at delta " + DELTAS[i - 1] + " and %s at " + DELTAS[i],
          subject.extension().spent(last, DELTAS[i - 1]),
          subject.extension().spent(last, DELTAS[i]));
    }
  }

  private static void rises(Findings findings, String text, Spending less, Spending more) {
    findings.require(
        less.epsilon() > 0 && more.epsilon() > less.epsilon() * (1 - RISING),
        text.formatted(less, more));
    findings.require(
        more.epsilon() >= less.lowerBound(),
        "the bounds contradict: " + text.formatted(less, more));
  }

  private static void orderFree(ExtensionSubject<Accountant> subject, Findings findings) {
    PrivateSteps one = new PrivateSteps(0.01, 1, 300);
    PrivateSteps other = new PrivateSteps(0.1, 4, 50);
    Spending spending = subject.extension().spent(List.of(one, other), 1e-5);
    for (List<PrivateSteps> again :
        List.of(List.of(other, one), List.of(one.times(299), other, one.times(1)))) {
      double found = subject.extension().spent(again, 1e-5).epsilon();
      findings.require(
          Math.abs(found - spending.epsilon()) <= SAME * spending.epsilon(),
          List.of(one, other) + " cost " + spending.epsilon() + ", " + again + " cost " + found);
    }
    for (PrivateSteps part : List.of(one, other)) {
      Spending alone = subject.extension().spent(List.of(part), 1e-5);
      findings.require(
          alone.epsilon() < spending.epsilon(),
          part + " alone cost " + alone + ", with others " + spending);
    }
  }

  private static void boundedAbove(ExtensionSubject<Accountant> subject, Findings findings) {
    for (PrivateSteps steps : CLOSED) {
      for (double delta : DELTAS) {
        Spending spending = subject.extension().spent(List.of(steps), delta);
        double exact = new ExactCurve(steps).delta(spending.epsilon());
        findings.require(
            spending.kind() == Spending.Kind.APPROXIMATION || exact <= delta * (1 + ROUNDING),
            steps + ": at " + spending + " delta is " + exact + ", above " + delta);
      }
    }
  }

  private static void boundedBelow(ExtensionSubject<Accountant> subject, Findings findings) {
    for (PrivateSteps steps : CLOSED) {
      for (double delta : DELTAS) {
        Spending spending = subject.extension().spent(List.of(steps), delta);
        double exact = new ExactCurve(steps).delta(spending.lowerBound());
        findings.require(
            spending.lowerBound() == 0 || exact >= delta * (1 - ROUNDING),
            steps
                + ": at the lower bound of "
                + spending
                + " delta is "
                + exact
                + ", below "
                + delta);
      }
    }
  }

  private static void refused(ExtensionSubject<Accountant> subject, Findings findings) {
    for (double delta : new double[] {0, 1, -1e-5, 2, Double.NaN}) {
      try {
        Spending spending = subject.extension().spent(steps(0.1, 1, 10), delta);
        findings.problem("delta " + delta + " is answered by " + spending);
      } catch (EspalierException e) {
        findings.require(
            e.code() == ErrorCode.BAD_VALUE, "delta " + delta + " is refused with " + e.code());
      }
    }
  }
}
