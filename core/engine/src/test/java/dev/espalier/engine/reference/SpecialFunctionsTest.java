package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SpecialFunctionsTest {
  private static final double EULER = 0.5772156649015329;
  private static final Percentage CLOSE = Percentage.withPercentage(1e-11);

  private static void assertClose(double found, double expected) {
    assertThat(found).isCloseTo(expected, CLOSE);
  }

  @Test
  void digammaHasItsClosedForms() {
    assertClose(SpecialFunctions.polygamma(0, 1), -EULER);
    assertClose(SpecialFunctions.polygamma(0, 0.5), -EULER - 2 * Math.log(2));
    assertClose(SpecialFunctions.polygamma(0, 2), 1 - EULER);
    assertClose(SpecialFunctions.polygamma(0, -0.5), 2 - EULER - 2 * Math.log(2));
    assertClose(SpecialFunctions.polygamma(0, 1e-6), -1e6 - EULER + Math.PI * Math.PI / 6 * 1e-6);
    assertClose(SpecialFunctions.polygamma(0, -1e-6), 1e6 - EULER - Math.PI * Math.PI / 6 * 1e-6);
    assertThat(SpecialFunctions.polygamma(0, 1.4616321449683622)).isCloseTo(0, within(1e-14));
  }

  @Test
  void polygammaHasItsClosedForms() {
    double pi2 = Math.PI * Math.PI;
    double zeta3 = 1.2020569031595942;
    assertClose(SpecialFunctions.polygamma(1, 1), pi2 / 6);
    assertClose(SpecialFunctions.polygamma(1, 0.5), pi2 / 2);
    assertClose(SpecialFunctions.polygamma(1, -0.5), pi2 / 2 + 4);
    assertClose(SpecialFunctions.polygamma(2, 1), -2 * zeta3);
    assertClose(SpecialFunctions.polygamma(2, 0.5), -14 * zeta3);
    assertClose(SpecialFunctions.polygamma(3, 1), pi2 * pi2 / 15);
    assertClose(SpecialFunctions.polygamma(3, 0.5), pi2 * pi2);
  }

  @Test
  void polygammaHoldsItsRecurrenceOnBothSidesOfZero() {
    for (int n = 0; n <= 5; n++) {
      double factorial = 1;
      for (int i = 2; i <= n; i++) {
        factorial *= i;
      }
      for (double x = -7.35; x < 30; x += 0.61) {
        double step = (n % 2 == 0 ? 1 : -1) * factorial / Math.pow(x, n + 1);
        double left = SpecialFunctions.polygamma(n, x + 1);
        double right = SpecialFunctions.polygamma(n, x) + step;
        double scale = Math.max(Math.abs(left), Math.abs(step));
        assertThat(left).as("order %d at %s", n, x).isCloseTo(right, within(1e-11 * scale));
      }
    }
  }

  @Test
  void polygammaIsNotANumberAtThePoles() {
    for (int n = 0; n < 4; n++) {
      for (double x : new double[] {0.0, -0.0, -1, -2, -1e300, Double.NEGATIVE_INFINITY}) {
        assertThat(SpecialFunctions.polygamma(n, x)).isNaN();
      }
      assertThat(SpecialFunctions.polygamma(n, Double.NaN)).isNaN();
      assertThat(SpecialFunctions.polygamma(n, Double.POSITIVE_INFINITY))
          .isEqualTo(n == 0 ? Double.POSITIVE_INFINITY : 0);
    }
  }

  @Test
  void logGammaIsOfTheAbsoluteValue() {
    assertClose(SpecialFunctions.lgamma(0.5), 0.5 * Math.log(Math.PI));
    assertClose(SpecialFunctions.lgamma(-0.5), Math.log(2 * Math.sqrt(Math.PI)));
    assertClose(SpecialFunctions.lgamma(-1.5), Math.log(4 * Math.sqrt(Math.PI) / 3));
    assertClose(SpecialFunctions.lgamma(11), Math.log(3628800));
    assertClose(SpecialFunctions.lgamma(-1e-12), -Math.log(1e-12));
    assertClose(SpecialFunctions.lgamma(-1e-8), -Math.log(1e-8) + EULER * 1e-8);
    assertThat(SpecialFunctions.lgamma(1)).isZero();
    assertThat(SpecialFunctions.lgamma(2)).isZero();
    for (double pole : new double[] {0.0, -0.0, -1, -30, -1e300, Double.NEGATIVE_INFINITY}) {
      assertThat(SpecialFunctions.lgamma(pole)).isEqualTo(Double.POSITIVE_INFINITY);
    }
    assertThat(SpecialFunctions.lgamma(Double.POSITIVE_INFINITY)).isInfinite();
    assertThat(SpecialFunctions.lgamma(Double.NaN)).isNaN();
    assertThat(SpecialFunctions.lgamma(1e300)).isFinite();
    assertClose(SpecialFunctions.lgamma(Double.MIN_VALUE), -Math.log(Double.MIN_VALUE));
    assertClose(SpecialFunctions.lgamma(-Double.MIN_VALUE), -Math.log(Double.MIN_VALUE));
  }

  @Test
  void logGammaHoldsItsRecurrence() {
    for (double x = -8.3; x < 60; x += 0.37) {
      double left = SpecialFunctions.lgamma(x + 1);
      double right = SpecialFunctions.lgamma(x) + Math.log(Math.abs(x));
      assertThat(left).as("at %s", x).isCloseTo(right, within(1e-12 * Math.max(1, Math.abs(left))));
    }
  }

  @Test
  void inverseFunctionsInvert() {
    for (double x = -2.9; x < 3; x += 0.173) {
      assertThat(SpecialFunctions.asinh(Math.sinh(x))).isCloseTo(x, within(1e-14));
      assertThat(SpecialFunctions.acosh(Math.cosh(x))).isCloseTo(Math.abs(x), within(1e-13));
      assertThat(SpecialFunctions.atanh(Math.tanh(x))).isCloseTo(x, within(1e-12));
      assertThat(SpecialFunctions.erfinv(SpecialFunctions.erf(x))).isCloseTo(x, within(1e-10));
      double p = SpecialFunctions.logistic(x);
      assertThat(Math.log(p / (1 - p))).isCloseTo(x, within(1e-13));
    }
  }

  @Test
  void smallArgumentsKeepTheirDigitsAndSign() {
    for (double x : new double[] {1e-300, 1e-20, 1e-9, -1e-300, -1e-9, Double.MIN_VALUE}) {
      assertThat(SpecialFunctions.asinh(x)).isEqualTo(x);
      assertThat(SpecialFunctions.atanh(x)).isCloseTo(x, CLOSE);
    }
    double minusZero = -0.0;
    assertThat(SpecialFunctions.asinh(minusZero)).isEqualTo(minusZero);
    assertThat(SpecialFunctions.atanh(minusZero)).isEqualTo(minusZero);
    assertThat(SpecialFunctions.erf(minusZero)).isEqualTo(minusZero);
    assertThat(SpecialFunctions.erfinv(minusZero)).isEqualTo(minusZero);
  }

  @Test
  void largeArgumentsNeitherOverflowNorStray() {
    assertClose(SpecialFunctions.asinh(1e200), Math.log(2) + 200 * Math.log(10));
    assertClose(SpecialFunctions.asinh(-1e10), -Math.log(2e10));
    assertClose(SpecialFunctions.acosh(1e10), Math.log(2e10));
    assertThat(SpecialFunctions.asinh(Double.NEGATIVE_INFINITY))
        .isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(SpecialFunctions.acosh(Double.POSITIVE_INFINITY)).isInfinite();
    assertThat(SpecialFunctions.acosh(0.5)).isNaN();
    assertThat(SpecialFunctions.acosh(1)).isZero();
    assertThat(SpecialFunctions.acosh(Double.NEGATIVE_INFINITY)).isNaN();
    assertThat(SpecialFunctions.atanh(1)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(SpecialFunctions.atanh(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(SpecialFunctions.atanh(1.1)).isNaN();
    assertThat(SpecialFunctions.atanh(Double.POSITIVE_INFINITY)).isNaN();
    assertThat(SpecialFunctions.logistic(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(SpecialFunctions.logistic(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(SpecialFunctions.logistic(-700)).isCloseTo(Math.exp(-700), CLOSE);
    assertThat(SpecialFunctions.logistic(Double.NaN)).isNaN();
    assertThat(SpecialFunctions.erf(Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(SpecialFunctions.erfc(Double.NEGATIVE_INFINITY)).isEqualTo(2);
    assertClose(SpecialFunctions.erfc(10), 2.0884875837625446e-45);
    assertThat(SpecialFunctions.erfinv(1)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(SpecialFunctions.erfinv(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(SpecialFunctions.erfinv(1.5)).isNaN();
  }
}
