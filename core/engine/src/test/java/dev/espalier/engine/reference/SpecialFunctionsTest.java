package dev.espalier.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** Tabulated values are computed to 40 digits with mpmath and rounded once. */
final class SpecialFunctionsTest {
  private static final double TOLERANCE = 1e-14;

  private static void agrees(String name, DoubleUnaryOperator f, double[][] table) {
    for (double[] row : table) {
      assertThat(f.applyAsDouble(row[0]))
          .as("%s(%s)", name, row[0])
          .isCloseTo(row[1], within(TOLERANCE * Math.abs(row[1])));
    }
  }

  @Test
  void theErrorFunctionHasItsTabulatedValues() {
    agrees(
        "erf",
        SpecialFunctions::erf,
        new double[][] {
          {1e-300, 1.1283791670955126e-300},
          {1e-10, 1.1283791670955126e-10},
          {0.1, 0.1124629160182849},
          {0.5, 0.5204998778130465},
          {1.0, 0.8427007929497149},
          {2.0, 0.9953222650189527},
          {3.5, 0.9999992569016276},
          {5.9, 0.9999999999999999},
          {-0.75, -0.7111556336535151},
        });
  }

  @Test
  void theComplementaryErrorFunctionHasItsTabulatedValues() {
    agrees(
        "erfc",
        SpecialFunctions::erfc,
        new double[][] {
          {0.1, 0.887537083981715},
          {0.5, 0.4795001221869535},
          {1.0, 0.15729920705028513},
          {2.0, 0.004677734981047266},
          {5.0, 1.537459794428035e-12},
          {10.0, 2.088487583762545e-45},
          {26.0, 5.663192408856143e-296},
          {-0.5, 1.5204998778130465},
          {-3.0, 1.9999779095030015},
        });
  }

  @Test
  void theInverseErrorFunctionHasItsTabulatedValues() {
    agrees(
        "erfinv",
        SpecialFunctions::erfinv,
        new double[][] {
          {1e-300, 8.86226925452758e-301},
          {1e-12, 8.86226925452758e-13},
          {0.1, 0.08885599049425769},
          {0.5, 0.4769362762044699},
          {0.9, 1.1630871536766743},
          {0.999999, 3.458910737275499},
          {-0.3, -0.2724627147267543},
          {-0.99, -1.8213863677184494},
        });
  }

  @Test
  void theLogarithmOfGammaHasItsTabulatedValues() {
    agrees(
        "lgamma",
        SpecialFunctions::lgamma,
        new double[][] {
          {1e-300, 690.7755278982137},
          {1e-05, 11.512919692895826},
          {0.1, 2.252712651734206},
          {0.5, 0.5723649429247001},
          {1.5, -0.12078223763524522},
          {3.7, 1.428072326665388},
          {10.0, 12.801827480081469},
          {171.5, 709.1431630309282},
          {10000000000.0, 220258509288.81058},
          {1e+300, 6.897755278982137e+302},
          {-1e-300, 690.7755278982137},
          {-1e-12, 27.631021115929126},
          {-0.5, 1.2655121234846454},
          {-1.5, 0.860047015376481},
          {-10.1, -13.0209732710115},
          {-100.25, -363.4009232278215},
        });
  }

  @Test
  void theDigammaFunctionHasItsTabulatedValues() {
    agrees(
        "digamma",
        x -> SpecialFunctions.polygamma(0, x),
        new double[][] {
          {0.001, -1000.5755719318103},
          {0.25, -4.2274535333762655},
          {0.5, -1.9635100260214235},
          {1.0, -0.5772156649015329},
          {3.0, 0.9227843350984671},
          {10.0, 2.251752589066721},
          {100.0, 4.600161852738087},
          {1000000.0, 13.815510057964191},
          {-0.25, 2.9141391202135276},
          {-0.75, -2.894120200042932},
          {-7.3, 4.33730730551005},
          {-1.5, 0.7031566406452432},
        });
    // Between its terms and its root at 1.46 digits cancel, so the bound there is absolute.
    for (double x : new double[] {1.5, -0.5}) {
      assertThat(SpecialFunctions.polygamma(0, x)).isCloseTo(0.03648997397857652, within(2e-15));
    }
  }

  @Test
  void theTrigammaFunctionHasItsTabulatedValues() {
    agrees(
        "trigamma",
        x -> SpecialFunctions.polygamma(1, x),
        new double[][] {
          {0.001, 1000001.6425331958},
          {0.25, 17.19732915450711},
          {0.5, 4.934802200544679},
          {1.0, 1.6449340668482264},
          {1.5, 0.9348022005446793},
          {3.0, 0.39493406684822646},
          {10.0, 0.10516633568168575},
          {100.0, 0.010050166663333571},
          {1000000.0, 1.0000005000001667e-06},
          {-0.25, 18.541879647671607},
          {-0.5, 8.934802200544679},
          {-0.75, 18.975106932284888},
          {-7.3, 14.951383181433922},
          {-1.5, 9.379246644989124},
        });
  }

  @Test
  void theTetragammaFunctionHasItsTabulatedValues() {
    agrees(
        "tetragamma",
        x -> SpecialFunctions.polygamma(2, x),
        new double[][] {
          {0.001, -2000000002.3976321},
          {0.25, -129.32773993753693},
          {0.5, -16.82879664423432},
          {1.0, -2.4041138063191885},
          {1.5, -0.82879664423432},
          {3.0, -0.15411380631918858},
          {10.0, -0.011049834970802067},
          {100.0, -0.00010100499983335},
          {1000000.0, -1.0000010000005e-12},
          {-0.25, 122.69736678366236},
          {-0.5, -0.82879664423432},
          {-0.75, -124.58699919679619},
          {-7.3, 68.82117406359033},
        });
  }

  @Test
  void thePolygammaFunctionOfOrderFiveHasItsTabulatedValues() {
    agrees(
        "polygamma 5",
        x -> SpecialFunctions.polygamma(5, x),
        new double[][] {
          {0.001, 1.1999999999999998e+20},
          {0.25, 491552.5137676813},
          {0.5, 7691.113548602436},
          {1.0, 122.0811674381339},
          {1.5, 11.113548602435497},
          {3.0, 0.20616743813389676},
          {10.0, 0.0003059451621172682},
          {100.0, 2.460599944011996e-09},
          {1000000.0, 2.400006000006e-29},
          {-0.25, 492198.7533428746},
          {-0.5, 15371.113548602436},
          {-0.75, 492226.7524508089},
          {-7.3, 165660.1736387418},
          {-1.5, 15381.648528026304},
        });
  }

  @Test
  void errorFunctionsAreComplementsAndInverses() {
    for (double x = -3; x <= 3; x += 0.0625) {
      assertThat(SpecialFunctions.erf(x) + SpecialFunctions.erfc(x)).isCloseTo(1, within(4e-16));
      assertThat(SpecialFunctions.erf(-x)).isEqualTo(-SpecialFunctions.erf(x));
    }
    for (double y = -0.98; y < 1; y += 0.035) {
      assertThat(SpecialFunctions.erf(SpecialFunctions.erfinv(y))).isCloseTo(y, within(4e-16));
    }
  }

  @Test
  void theLogarithmOfGammaObeysItsRecurrence() {
    for (double x : new double[] {0.01, 0.3, 0.99, 1.5, 2.2, 7, 50.5, -0.3, -3.6, -20.7}) {
      double step = SpecialFunctions.lgamma(x + 1) - SpecialFunctions.lgamma(x);
      assertThat(step)
          .isCloseTo(
              Math.log(Math.abs(x)), within(1e-14 * (1 + Math.abs(SpecialFunctions.lgamma(x)))));
    }
    assertThat(SpecialFunctions.lgamma(1)).isZero();
    assertThat(SpecialFunctions.lgamma(2)).isZero();
    for (double pole : new double[] {0.0, -0.0, -1, -2, -100}) {
      assertThat(SpecialFunctions.lgamma(pole)).isInfinite().isPositive();
    }
  }

  @Test
  void polygammasObeyTheirRecurrence() {
    for (int n = 0; n <= 6; n++) {
      double factorial = 1;
      for (int i = 2; i <= n; i++) {
        factorial *= i;
      }
      for (double x : new double[] {0.05, 0.4, 1, 2.5, 9, 19.75, 40, -0.2, -0.6, -1.4, -6.7}) {
        double step = (n % 2 == 0 ? 1 : -1) * factorial / Math.pow(x, n + 1);
        double here = SpecialFunctions.polygamma(n, x);
        assertThat(SpecialFunctions.polygamma(n, x + 1) - here)
            .as("order %d at %s", n, x)
            .isCloseTo(step, within(1e-12 * (Math.abs(here) + Math.abs(step))));
      }
    }
  }

  @Test
  void polygammasAreNaNAtThePolesAndHaveTheirLimits() {
    for (int n = 0; n <= 3; n++) {
      for (double pole : new double[] {0.0, -0.0, -1, -2, -1e10, Double.NEGATIVE_INFINITY}) {
        assertThat(SpecialFunctions.polygamma(n, pole)).isNaN();
      }
      assertThat(SpecialFunctions.polygamma(n, Double.NaN)).isNaN();
      assertThat(SpecialFunctions.polygamma(n, Double.POSITIVE_INFINITY))
          .isEqualTo(n == 0 ? Double.POSITIVE_INFINITY : 0);
    }
  }

  @Test
  void inverseHyperbolicFunctionsInvert() {
    for (double x : new double[] {1e-300, 1e-9, 0.003, 0.5, 1, 4, 17.5, 300}) {
      assertThat(SpecialFunctions.asinh(Math.sinh(x))).isCloseTo(x, within(4e-15 * x));
      assertThat(SpecialFunctions.asinh(-Math.sinh(x))).isCloseTo(-x, within(4e-15 * x));
    }
    for (double x : new double[] {0.5, 1, 4, 17.5, 300}) {
      assertThat(SpecialFunctions.acosh(Math.cosh(x))).isCloseTo(x, within(4e-15 * x));
    }
    for (double x : new double[] {1e-300, 1e-9, 0.003, 0.5, 1, 4}) {
      assertThat(SpecialFunctions.atanh(Math.tanh(x))).isCloseTo(x, within(1e-12 * x));
    }
    assertThat(SpecialFunctions.acosh(1 + 0x1p-40))
        .isCloseTo(0x1p-19 * Math.sqrt(0.5), within(1e-18));
    assertThat(SpecialFunctions.asinh(1e300))
        .isCloseTo(Math.log(2) + Math.log(1e300), within(1e-12));
  }

  @Test
  void theLogisticIsSymmetricAndKeepsItsTail() {
    for (double x = -40; x <= 40; x += 0.5) {
      assertThat(SpecialFunctions.logistic(x) + SpecialFunctions.logistic(-x))
          .isCloseTo(1, within(3e-16));
    }
    assertThat(SpecialFunctions.logistic(-700)).isCloseTo(Math.exp(-700), within(1e-318));
  }
}
