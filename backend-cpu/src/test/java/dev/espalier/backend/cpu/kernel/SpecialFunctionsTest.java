package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Special functions against series in BigDecimal, known values and functional equations. */
class SpecialFunctionsTest {
  private static final MathContext MC = new MathContext(60);
  private static final BigDecimal TWO_OVER_ROOT_PI =
      BigDecimal.valueOf(2)
          .divide(
              new BigDecimal(
                      "3.14159265358979323846264338327950288419716939937510582097494459230781640629")
                  .sqrt(MC),
              MC);

  /** erf by its Taylor series, to about 40 digits for |x| up to 6. */
  static BigDecimal erf(double x) {
    BigDecimal b = new BigDecimal(x);
    BigDecimal square = b.multiply(b);
    BigDecimal power = b;
    BigDecimal sum = b;
    for (int n = 1; n < 400; n++) {
      power = power.multiply(square).divide(BigDecimal.valueOf(-n), MC);
      sum = sum.add(power.divide(BigDecimal.valueOf(2 * n + 1), MC), MC);
    }
    return sum.multiply(TWO_OVER_ROOT_PI, MC);
  }

  static Offset<Double> ulps(double value, double count) {
    return within(count * Math.ulp(value));
  }

  @Test
  void errorFunctionsAgreeWithTheTaylorSeries() {
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      double x = (random.nextDouble() * 2 - 1) * (i % 2 == 0 ? 5.5 : 1.5);
      BigDecimal exact = erf(x);
      double e = exact.doubleValue();
      double c = BigDecimal.ONE.subtract(exact).doubleValue();
      assertThat(SpecialFunctions.erf(x)).as("erf(%s)", x).isCloseTo(e, ulps(e, 1.5));
      assertThat(SpecialFunctions.erfc(x)).as("erfc(%s)", x).isCloseTo(c, ulps(c, 3));
    }
    assertThat(SpecialFunctions.erfc(27)).isCloseTo(5.23705e-319, within(2 * Double.MIN_VALUE));
    assertThat(SpecialFunctions.erfc(-30)).isEqualTo(2);
    assertThat(SpecialFunctions.erf(Double.NEGATIVE_INFINITY)).isEqualTo(-1);
    assertThat(SpecialFunctions.erf(Double.NaN)).isNaN();
    assertThat(SpecialFunctions.erfc(Double.NaN)).isNaN();
    assertThat(Double.compare(SpecialFunctions.erf(-0.0), -0.0)).isZero();
  }

  @Test
  void theInverseErrorFunctionInverts() {
    Random random = new Random(2);
    for (int i = 0; i < 2000; i++) {
      double y = (random.nextDouble() * 2 - 1) * (i % 2 == 0 ? 3 : 0.3);
      double x = SpecialFunctions.erf(y);
      // What x forgets of y: half an ulp of x over the slope.
      double slope = 2 / Math.sqrt(Math.PI) * Math.exp(-y * y);
      double bound = 3 * Math.ulp(y) + 1.5 * Math.ulp(x) / slope;
      assertThat(SpecialFunctions.erfinv(x)).as("erfinv(%s)", x).isCloseTo(y, within(bound));
    }
    assertThat(SpecialFunctions.erfinv(1)).isInfinite().isPositive();
    assertThat(SpecialFunctions.erfinv(-1)).isInfinite().isNegative();
    assertThat(SpecialFunctions.erfinv(1.1)).isNaN();
    assertThat(Double.compare(SpecialFunctions.erfinv(-0.0), -0.0)).isZero();
  }

  @Test
  void inverseHyperbolicFunctionsInvert() {
    Random random = new Random(4);
    for (int i = 0; i < 2000; i++) {
      double y = (random.nextDouble() * 2 - 1) * (i % 2 == 0 ? 10 : 0.1);
      assertThat(SpecialFunctions.asinh(StrictMath.sinh(y))).isCloseTo(y, ulps(y, 4));
      double t = y / 10;
      double x = StrictMath.tanh(t);
      double bound = 4 * Math.ulp(t) + 2 * Math.ulp(x) / (1 - x * x);
      assertThat(SpecialFunctions.atanh(x)).isCloseTo(t, within(bound));
      double a = Math.abs(y) + 0.5;
      assertThat(SpecialFunctions.acosh(StrictMath.cosh(a))).isCloseTo(a, ulps(a, 6));
    }
    assertThat(SpecialFunctions.acosh(1)).isZero();
    assertThat(SpecialFunctions.acosh(0.5)).isNaN();
    assertThat(SpecialFunctions.atanh(1)).isInfinite();
    assertThat(SpecialFunctions.atanh(2)).isNaN();
    assertThat(SpecialFunctions.asinh(Double.NEGATIVE_INFINITY)).isInfinite().isNegative();
  }

  @Test
  void lgammaHasItsKnownValues() {
    double factorial = 1;
    for (int n = 1; n < 100; n++) {
      double expected = StrictMath.log(factorial);
      assertThat(SpecialFunctions.lgamma(n)).isCloseTo(expected, ulps(Math.max(expected, 1), 4));
      factorial *= n;
    }
    assertThat(SpecialFunctions.lgamma(0.5)).isCloseTo(0.5723649429247001, within(2e-16));
    assertThat(SpecialFunctions.lgamma(-0.5)).isCloseTo(1.2655121234846454, within(5e-16));
    double z = 0x1p-33;
    double nearOne = -0.5772156649015329 * z + Math.PI * Math.PI / 12 * z * z;
    assertThat(SpecialFunctions.lgamma(1 + z)).isCloseTo(nearOne, ulps(nearOne, 4));
    assertThat(SpecialFunctions.lgamma(1e-300)).isCloseTo(690.7755278982137, within(1e-12));
    assertThat(SpecialFunctions.lgamma(1e300)).isCloseTo(6.897755278982137e302, within(1e289));
    assertThat(SpecialFunctions.lgamma(-3)).isInfinite().isPositive();
    assertThat(SpecialFunctions.lgamma(0)).isInfinite();
    assertThat(SpecialFunctions.lgamma(Double.NaN)).isNaN();
    for (double x = 0.013; x < 15; x += 0.137) {
      assertThat(SpecialFunctions.lgamma(x + 1))
          .isCloseTo(SpecialFunctions.lgamma(x) + Math.log(x), within(2e-14));
    }
  }

  @Test
  void digammaAndItsDerivativesHaveTheirKnownValues() {
    assertThat(GammaFunctions.digamma(1)).isCloseTo(-0.5772156649015329, within(1e-15));
    assertThat(GammaFunctions.digamma(0.5)).isCloseTo(-1.9635100260214235, within(1e-15));
    assertThat(GammaFunctions.digamma(-0.5)).isCloseTo(0.03648997397857652, within(1e-15));
    assertThat(GammaFunctions.digamma(-2)).isNaN();
    assertThat(GammaFunctions.polygamma(0, 3)).isEqualTo(GammaFunctions.digamma(3));
    assertThat(GammaFunctions.polygamma(1, 1)).isCloseTo(Math.PI * Math.PI / 6, within(5e-16));
    assertThat(GammaFunctions.polygamma(1, 0.5)).isCloseTo(Math.PI * Math.PI / 2, within(2e-15));
    assertThat(GammaFunctions.polygamma(2, 1)).isCloseTo(-2.4041138063191885, within(2e-15));
    assertThat(GammaFunctions.polygamma(3, 1)).isCloseTo(Math.pow(Math.PI, 4) / 15, within(1e-14));
    for (int n = 1; n < 6; n++) {
      for (double x : new double[] {-3.3, -0.7, 0.2, 1.4, 9.5, 30}) {
        double factorial = 1;
        for (int i = 2; i <= n; i++) {
          factorial *= i;
        }
        double jump = ((n & 1) == 0 ? 1 : -1) * factorial / Math.pow(x, n + 1);
        double here = GammaFunctions.polygamma(n, x);
        assertThat(GammaFunctions.polygamma(n, x + 1))
            .as("psi%s(%s + 1)", n, x)
            .isCloseTo(here + jump, within(2e-13 * (Math.abs(here) + Math.abs(jump))));
      }
    }
  }
}
