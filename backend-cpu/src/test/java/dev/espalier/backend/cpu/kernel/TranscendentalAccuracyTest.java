package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Vector functions against StrictMath: distance in ULP, special values, and independence of
 * position.
 */
class TranscendentalAccuracyTest {
  interface FloatKernel {
    void apply(float[] x, int xo, float[] z, int zo, int n);
  }

  interface DoubleKernel {
    void apply(double[] x, int xo, double[] z, int zo, int n);
  }

  static final int[] LENGTHS = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 16, 17, 31, 33, 257};

  static double logistic(double x) {
    return x >= 0 ? 1 / (1 + StrictMath.exp(-x)) : StrictMath.exp(x) / (1 + StrictMath.exp(x));
  }

  static Arguments floats(String name, FloatKernel k, DoubleUnaryOperator f, double ulp) {
    return Arguments.of(name, k, f, ulp);
  }

  static Arguments doubles(String name, DoubleKernel k, DoubleUnaryOperator f, double ulp) {
    return Arguments.of(name, k, f, ulp);
  }

  static Stream<Arguments> floatKernels() {
    return Stream.of(
        floats("exp", FloatExponentials::exp, StrictMath::exp, 2),
        floats("expm1", FloatExponentials::expm1, StrictMath::expm1, 3),
        floats("tanh", FloatExponentials::tanh, StrictMath::tanh, 4),
        floats("logistic", FloatExponentials::logistic, TranscendentalAccuracyTest::logistic, 4),
        floats("erf", FloatExponentials::erf, SpecialFunctions::erf, 3),
        floats("log", FloatLogarithms::log, StrictMath::log, 1.01),
        floats("log1p", FloatLogarithms::log1p, StrictMath::log1p, 3),
        floats("sin", FloatTrigonometry::sin, StrictMath::sin, 1),
        floats("cos", FloatTrigonometry::cos, StrictMath::cos, 1),
        floats("erfc", FloatErrorFunctions::erfc, SpecialFunctions::erfc, 2),
        floats("asinh", FloatFunctions::asinh, SpecialFunctions::asinh, 1),
        floats("rsqrt", FloatRounding::rsqrt, x -> 1 / Math.sqrt(x), 1.5));
  }

  static Stream<Arguments> doubleKernels() {
    return Stream.of(
        doubles("exp", DoubleExponentials::exp, StrictMath::exp, 3),
        doubles("expm1", DoubleExponentials::expm1, StrictMath::expm1, 4),
        doubles("tanh", DoubleExponentials::tanh, StrictMath::tanh, 4),
        doubles("logistic", DoubleExponentials::logistic, TranscendentalAccuracyTest::logistic, 5),
        doubles("log", DoubleLogarithms::log, StrictMath::log, 2),
        doubles("log1p", DoubleLogarithms::log1p, StrictMath::log1p, 2),
        doubles("sin", DoubleTrigonometry::sin, StrictMath::sin, 2),
        doubles("cos", DoubleTrigonometry::cos, StrictMath::cos, 2));
  }

  static double[] samples() {
    Random random = new Random(7);
    double[] x = new double[40_000];
    for (int i = 0; i < x.length; i++) {
      double u = random.nextDouble() * 2 - 1;
      x[i] =
          switch (i % 8) {
            case 0 -> u;
            case 1 -> 10 * u;
            case 2 -> 100 * u;
            case 3 -> 800 * u;
            case 4 -> u * Math.pow(2, -random.nextInt(60));
            case 5 -> u * Math.pow(2, random.nextInt(120));
            case 6 -> Math.rint(u * 1000) * (Math.PI / 4) + u * 1e-6;
            default -> u * 0x1p-126 * Math.pow(2, random.nextInt(4));
          };
    }
    double[] special = {
      0,
      -0.0,
      1,
      -1,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MIN_VALUE,
      -Double.MIN_VALUE,
      Double.MIN_NORMAL,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      0.5,
      2,
      88.72283,
      88.8,
      -87.4,
      -103.9,
      -104.1,
      709.78,
      709.79,
      -745.1,
      -745.2,
      0x1p20,
      0x1p60
    };
    System.arraycopy(special, 0, x, 0, special.length);
    return x;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floatKernels")
  void aFloatFunctionStaysWithinItsBound(
      String name, FloatKernel kernel, DoubleUnaryOperator exact, double bound) {
    double[] samples = samples();
    float[] x = new float[samples.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) samples[i];
    }
    float[] z = new float[x.length];
    kernel.apply(x, 0, z, 0, x.length);
    double worst = 0;
    int at = 0;
    for (int i = 0; i < x.length; i++) {
      double e = exact.applyAsDouble(x[i]);
      double error = floatError(z[i], e);
      if (error > worst) {
        worst = error;
        at = i;
      }
    }
    assertThat(worst).as("%s(%s) = %s", name, x[at], z[at]).isLessThanOrEqualTo(bound);
  }

  static double floatError(float value, double exact) {
    float rounded = (float) exact;
    if (Float.isNaN(rounded) || Float.isInfinite(rounded) || Float.isInfinite(value)) {
      return Float.compare(value, rounded) == 0
          ? 0
          : Float.isFinite(value) || Float.isFinite(rounded)
              ? Math.abs(value - exact) <= 2 * Math.ulp(Float.MAX_VALUE) ? 1 : Double.MAX_VALUE
              : Double.MAX_VALUE;
    }
    if (rounded == 0 && value == 0) {
      return Float.compare(value, rounded) == 0 ? 0 : Double.MAX_VALUE;
    }
    double error = Math.abs(value - exact) / Math.ulp(rounded);
    return Double.isNaN(error) ? Double.MAX_VALUE : error;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("doubleKernels")
  void aDoubleFunctionStaysWithinItsBound(
      String name, DoubleKernel kernel, DoubleUnaryOperator exact, double bound) {
    double[] x = samples();
    double[] z = new double[x.length];
    kernel.apply(x, 0, z, 0, x.length);
    double worst = 0;
    int at = 0;
    for (int i = 0; i < x.length; i++) {
      double error = doubleError(z[i], exact.applyAsDouble(x[i]));
      if (error > worst) {
        worst = error;
        at = i;
      }
    }
    assertThat(worst).as("%s(%s) = %s", name, x[at], z[at]).isLessThanOrEqualTo(bound);
  }

  static double doubleError(double value, double exact) {
    if (!Double.isFinite(exact) || exact == 0 || !Double.isFinite(value)) {
      return Double.compare(value, exact) == 0 ? 0 : Double.MAX_VALUE;
    }
    return Math.abs(value - exact) / Math.ulp(exact);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floatKernels")
  void aFloatResultDoesNotDependOnItsPosition(
      String name, FloatKernel kernel, DoubleUnaryOperator exact, double bound) {
    double[] samples = samples();
    float[] one = new float[1];
    for (int n : LENGTHS) {
      float[] x = new float[n + 5];
      float[] z = new float[n + 9];
      for (int i = 0; i < n; i++) {
        x[3 + i] = (float) samples[(i * 37 + n) % samples.length];
      }
      java.util.Arrays.fill(z, 42);
      kernel.apply(x, 3, z, 4, n);
      for (int i = 0; i < n; i++) {
        kernel.apply(x, 3 + i, one, 0, 1);
        assertThat(Float.floatToRawIntBits(z[4 + i])).isEqualTo(Float.floatToRawIntBits(one[0]));
      }
      for (int i = 0; i < z.length; i++) {
        if (i < 4 || i >= 4 + n) {
          assertThat(z[i]).isEqualTo(42);
        }
      }
      float[] inPlace = x.clone();
      kernel.apply(inPlace, 3, inPlace, 3, n);
      for (int i = 0; i < n; i++) {
        assertThat(Float.compare(inPlace[3 + i], z[4 + i])).isZero();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("doubleKernels")
  void aDoubleResultDoesNotDependOnItsPosition(
      String name, DoubleKernel kernel, DoubleUnaryOperator exact, double bound) {
    double[] samples = samples();
    double[] one = new double[1];
    for (int n : LENGTHS) {
      double[] x = new double[n + 5];
      double[] z = new double[n + 9];
      for (int i = 0; i < n; i++) {
        x[3 + i] = samples[(i * 37 + n) % samples.length];
      }
      kernel.apply(x, 3, z, 4, n);
      for (int i = 0; i < n; i++) {
        kernel.apply(x, 3 + i, one, 0, 1);
        assertThat(Double.compare(z[4 + i], one[0])).isZero();
      }
      double[] inPlace = x.clone();
      kernel.apply(inPlace, 3, inPlace, 3, n);
      for (int i = 0; i < n; i++) {
        assertThat(Double.compare(inPlace[3 + i], z[4 + i])).isZero();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floatKernels")
  void compiledCodeGivesTheBitsOfInterpretedCode(
      String name, FloatKernel kernel, DoubleUnaryOperator exact, double bound) {
    float[] x = new float[512];
    double[] samples = samples();
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) samples[i];
    }
    float[] first = new float[512];
    float[] last = new float[512];
    kernel.apply(x, 0, first, 0, 512);
    for (int call = 0; call < 3000; call++) {
      kernel.apply(x, 0, last, 0, 512);
    }
    assertThat(last).isEqualTo(first);
  }

  @Test
  void powersOfFloatsAgreeWithStrictMath() {
    double[] samples = samples();
    Random random = new Random(3);
    int n = samples.length;
    float[] x = new float[n];
    float[] y = new float[n];
    float[] z = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (i % 3 == 0 ? samples[i] : Math.abs(samples[i]));
      y[i] = i % 5 == 0 ? random.nextInt(9) - 4 : (float) samples[random.nextInt(n)];
    }
    FloatPower.pow(x, 0, y, 0, z, 0, n);
    for (int i = 0; i < n; i++) {
      double exact = StrictMath.pow(x[i], y[i]);
      assertThat(floatError(z[i], exact)).as("%s^%s = %s", x[i], y[i], z[i]).isLessThan(1);
    }
    float[] w = new float[n];
    FloatPower.pow(x, 1, 2.5f, w, 1, n - 1);
    FloatPower.pow(2.5f, y, 1, z, 1, n - 1);
    for (int i = 1; i < n; i++) {
      assertThat(floatError(w[i], StrictMath.pow(x[i], 2.5))).isLessThan(1);
      assertThat(floatError(z[i], StrictMath.pow(2.5, y[i]))).isLessThan(1);
    }
  }
}
