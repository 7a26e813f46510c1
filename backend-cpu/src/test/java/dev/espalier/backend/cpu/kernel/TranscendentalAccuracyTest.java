package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
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

  /** Every tail of two vectors of up to 512 bits, and a block. */
  static final int[] LENGTHS =
      IntStream.concat(IntStream.rangeClosed(0, 34), IntStream.of(257)).toArray();

  /** Where a kernel goes from one approximation to another, or to a special value. */
  static final double[] BOUNDARIES = {
    0x1p-60,
    0x1p-55,
    0x1p-28,
    0x1p-27,
    0x1p-26,
    0x1p-10,
    0.25,
    0.41421356237309503,
    0.4375,
    0.45,
    0.5,
    0.6875,
    0.7071067811865476,
    0.84,
    0.9,
    0.9277344,
    1,
    1.1875,
    1.4142135623730951,
    1.5,
    2.15,
    2.414213562373095,
    2.4375,
    2.5,
    4,
    6,
    9.5,
    10,
    10.25,
    20,
    22,
    27.2,
    28,
    30,
    50,
    89,
    100,
    104,
    128,
    710,
    710.4758600739439,
    720,
    746,
    0x1p20,
    0x1p23,
    0x1p24,
    0x1p28,
    0x1p51,
    0x1p52,
    0x1p53,
    0x1p60,
    0x1p100,
    0x1p1000,
    Math.sqrt(-Math.expm1(-5)),
    Math.sqrt(-Math.expm1(-6.25)),
    Math.sqrt(-Math.expm1(-16)),
    Float.MIN_NORMAL,
    Double.MIN_NORMAL,
    Math.PI / 4,
    Math.PI / 2,
    3 * Math.PI / 4,
    Math.PI,
    0.34657359027997264,
    1.0397207708399179
  };

  /** Of functions computed in doubles: rounded to nearest but for one case in hundreds. */
  static final double NEAREST = 0.505;

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
        floats("exp", FloatExponentials::exp, StrictMath::exp, 1),
        floats("expm1", FloatExponentials::expm1, StrictMath::expm1, 1.5),
        floats("tanh", FloatExponentials::tanh, StrictMath::tanh, 2.5),
        floats("logistic", FloatExponentials::logistic, TranscendentalAccuracyTest::logistic, 2.5),
        floats("erf", FloatErrorFunctions::erf, SpecialFunctions::erf, 6.5),
        floats("erfc", FloatErrorFunctions::erfc, SpecialFunctions::erfc, 7.5),
        floats("erfinv", FloatErrorInverse::erfinv, SpecialFunctions::erfinv, 0.6),
        floats("log", FloatLogarithms::log, StrictMath::log, 1),
        floats("log1p", FloatLogarithms::log1p, StrictMath::log1p, 1.5),
        floats("sin", FloatTrigonometry::sin, StrictMath::sin, NEAREST),
        floats("cos", FloatTrigonometry::cos, StrictMath::cos, NEAREST),
        floats("tan", FloatTrigonometry::tan, StrictMath::tan, NEAREST),
        floats("asin", FloatInverseTrigonometry::asin, StrictMath::asin, NEAREST),
        floats("acos", FloatInverseTrigonometry::acos, StrictMath::acos, NEAREST),
        floats("atan", FloatInverseTrigonometry::atan, StrictMath::atan, NEAREST),
        floats("sinh", FloatHyperbolics::sinh, StrictMath::sinh, NEAREST),
        floats("cosh", FloatHyperbolics::cosh, StrictMath::cosh, NEAREST),
        floats("asinh", FloatHyperbolics::asinh, SpecialFunctions::asinh, NEAREST),
        floats("acosh", FloatHyperbolics::acosh, SpecialFunctions::acosh, NEAREST),
        floats("atanh", FloatHyperbolics::atanh, SpecialFunctions::atanh, NEAREST),
        floats("cbrt", FloatPower::cbrt, StrictMath::cbrt, 0.6),
        floats("lgamma", FloatGamma::lgamma, SpecialFunctions::lgamma, 1),
        floats("rsqrt", FloatRounding::rsqrt, x -> 1 / Math.sqrt(x), 1.5));
  }

  static Stream<Arguments> doubleKernels() {
    return Stream.of(
        doubles("exp", DoubleExponentials::exp, StrictMath::exp, 2),
        doubles("expm1", DoubleExponentials::expm1, StrictMath::expm1, 2),
        doubles("tanh", DoubleExponentials::tanh, StrictMath::tanh, 3),
        doubles("logistic", DoubleExponentials::logistic, TranscendentalAccuracyTest::logistic, 4),
        doubles("log", DoubleLogarithms::log, StrictMath::log, 1),
        doubles("log1p", DoubleLogarithms::log1p, StrictMath::log1p, 2),
        doubles("sin", DoubleTrigonometry::sin, StrictMath::sin, 1),
        doubles("cos", DoubleTrigonometry::cos, StrictMath::cos, 1),
        doubles("tan", DoubleTrigonometry::tan, StrictMath::tan, 2),
        doubles("asin", DoubleInverseTrigonometry::asin, StrictMath::asin, 1),
        doubles("acos", DoubleInverseTrigonometry::acos, StrictMath::acos, 1),
        doubles("atan", DoubleInverseTrigonometry::atan, StrictMath::atan, 1),
        doubles("sinh", DoubleHyperbolics::sinh, StrictMath::sinh, 3),
        doubles("cosh", DoubleHyperbolics::cosh, StrictMath::cosh, 2),
        doubles("asinh", DoubleHyperbolics::asinh, SpecialFunctions::asinh, 3),
        doubles("acosh", DoubleHyperbolics::acosh, SpecialFunctions::acosh, 3),
        doubles("atanh", DoubleHyperbolics::atanh, SpecialFunctions::atanh, 4),
        doubles("cbrt", DoublePower::cbrt, StrictMath::cbrt, 1),
        doubles("erf", DoubleErrorFunctions::erf, SpecialFunctions::erf, 2),
        doubles("erfc", DoubleErrorFunctions::erfc, SpecialFunctions::erfc, 4),
        doubles("erfinv", DoubleErrorInverse::erfinv, SpecialFunctions::erfinv, 4));
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
    int next = special.length;
    for (double boundary : BOUNDARIES) {
      float narrow = (float) boundary;
      for (double side :
          new double[] {
            boundary,
            Math.nextUp(boundary),
            Math.nextDown(boundary),
            Math.nextUp(narrow),
            Math.nextDown(narrow)
          }) {
        x[next++] = side;
        x[next++] = -side;
      }
    }
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
      Arrays.fill(z, 42);
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
      Arrays.fill(z, 42);
      kernel.apply(x, 3, z, 4, n);
      for (int i = 0; i < n; i++) {
        kernel.apply(x, 3 + i, one, 0, 1);
        assertThat(Double.compare(z[4 + i], one[0])).isZero();
      }
      for (int i = 0; i < z.length; i++) {
        if (i < 4 || i >= 4 + n) {
          assertThat(z[i]).isEqualTo(42);
        }
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

  @ParameterizedTest(name = "{0}")
  @MethodSource("doubleKernels")
  void compiledDoubleCodeGivesTheBitsOfInterpretedCode(
      String name, DoubleKernel kernel, DoubleUnaryOperator exact, double bound) {
    double[] x = Arrays.copyOf(samples(), 512);
    double[] first = new double[512];
    double[] last = new double[512];
    kernel.apply(x, 0, first, 0, 512);
    for (int call = 0; call < 3000; call++) {
      kernel.apply(x, 0, last, 0, 512);
    }
    assertThat(last).isEqualTo(first);
  }

  @Test
  void lgammaOfDoublesAgreesWithTheSeries() {
    double[] x = samples();
    double[] z = new double[x.length];
    DoubleGamma.lgamma(x, 0, z, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      double exact = SpecialFunctions.lgamma(x[i]);
      if (!Double.isFinite(exact)) {
        assertThat(Double.compare(z[i], exact)).as("lgamma(%s)", x[i]).isZero();
      } else {
        // Below 0 both lose what cancels near the zeros.
        double bound = 8 * Math.ulp(exact) + (x[i] < 0 ? 1e-14 + 4 * Math.ulp(x[i]) : 0);
        assertThat(Math.abs(z[i] - exact)).as("lgamma(%s) = %s", x[i], z[i]).isLessThan(bound);
      }
    }
  }

  /** Exact to the last digit given, of the functions with the most to lose (mpmath, 50 digits). */
  @Test
  void hardCasesOfDoubles() {
    hard(DoubleTrigonometry::sin, 182.212373908208, 2.475922546353431e-18);
    hard(DoubleTrigonometry::cos, 579.6238445873169, -4.979054679345899e-16);
    hard(DoubleTrigonometry::tan, 182.212373908208, 2.475922546353431e-18);
    hard(DoubleTrigonometry::sin, 5.319372648326541e+255, 1.0);
    hard(DoubleTrigonometry::cos, 5.319372648326541e+255, -4.687165924254628e-19);
    hard(DoubleTrigonometry::tan, 1e+300, 1.4214488238747245);
    hard(DoubleErrorInverse::erfinv, 0.9999999999999999, 5.8635847487551676);
    hard(DoubleErrorInverse::erfinv, 0.9999999990686774, 4.328028275800946);
    hard(DoubleErrorFunctions::erfc, 26.5, 2.2109076642637343e-307);
    hard(DoubleErrorFunctions::erfc, 27.2, 1e-323);
    hard(DoubleErrorFunctions::erfc, 0.8799622504094091, 0.21333231732622532);
  }

  private static void hard(DoubleKernel kernel, double x, double exact) {
    double[] z = new double[1];
    kernel.apply(new double[] {x}, 0, z, 0, 1);
    assertThat(doubleError(z[0], exact)).as("of %s: %s", x, z[0]).isLessThanOrEqualTo(3);
  }

  @Test
  void anglesAgreeWithStrictMath() {
    double[] samples = samples();
    int n = samples.length;
    Random random = new Random(5);
    double[] y = new double[n];
    float[] yf = new float[n];
    float[] xf = new float[n];
    for (int i = 0; i < n; i++) {
      y[i] = samples[i % 3 == 0 ? random.nextInt(30) : random.nextInt(n)];
      yf[i] = (float) y[i];
      xf[i] = (float) samples[i];
    }
    double[] z = new double[n];
    DoubleInverseTrigonometry.atan2(samples, 0, y, 0, z, 0, n);
    float[] zf = new float[n];
    FloatInverseTrigonometry.atan2(xf, 0, yf, 0, zf, 0, n);
    double[] right = new double[n];
    double[] left = new double[n];
    for (int special = 0; special < 30; special++) {
      DoubleInverseTrigonometry.atan2(samples, 0, samples[special], right, 0, n);
      DoubleInverseTrigonometry.atan2(samples[special], samples, 0, left, 0, n);
      for (int i = 0; i < n; i += 17) {
        double s = samples[special];
        assertThat(doubleError(right[i], StrictMath.atan2(samples[i], s)))
            .as("%s %s", samples[i], s)
            .isLessThanOrEqualTo(2);
        assertThat(doubleError(left[i], StrictMath.atan2(s, samples[i])))
            .as("%s %s", s, samples[i])
            .isLessThanOrEqualTo(2);
      }
    }
    for (int i = 0; i < n; i++) {
      assertThat(doubleError(z[i], StrictMath.atan2(samples[i], y[i])))
          .as("%s %s", samples[i], y[i])
          .isLessThanOrEqualTo(2);
      assertThat(floatError(zf[i], StrictMath.atan2(xf[i], yf[i])))
          .as("%s %s", xf[i], yf[i])
          .isLessThanOrEqualTo(NEAREST);
    }
  }

  @Test
  void powersOfDoublesAgreeWithStrictMath() {
    double[] x = samples();
    int n = x.length;
    Random random = new Random(6);
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] =
          switch (i % 4) {
            case 0 -> random.nextInt(9) - 4;
            case 1 -> x[random.nextInt(n)];
            case 2 -> (random.nextDouble() * 2 - 1) * 700 / Math.log(Math.abs(x[i]));
            default -> x[random.nextInt(30)];
          };
      if (i % 4 == 2) {
        x[i] = Math.abs(x[i]);
      }
    }
    double[] z = new double[n];
    DoublePower.pow(x, 0, y, 0, z, 0, n);
    for (int i = 0; i < n; i++) {
      assertThat(doubleError(z[i], StrictMath.pow(x[i], y[i])))
          .as("%s^%s = %s", x[i], y[i], z[i])
          .isLessThanOrEqualTo(2);
    }
    for (double one :
        new double[] {
          0,
          -0.0,
          1,
          -1,
          3,
          -3,
          0.5,
          2.5,
          Double.NaN,
          Double.POSITIVE_INFINITY,
          Double.NEGATIVE_INFINITY,
          0x1p53,
          0x1.8p52 + 1
        }) {
      DoublePower.pow(x, 1, one, z, 1, n - 1);
      for (int i = 1; i < n; i++) {
        assertThat(doubleError(z[i], StrictMath.pow(x[i], one)))
            .as("%s^%s = %s", x[i], one, z[i])
            .isLessThanOrEqualTo(2);
      }
      DoublePower.pow(one, x, 1, z, 1, n - 1);
      for (int i = 1; i < n; i++) {
        assertThat(doubleError(z[i], StrictMath.pow(one, x[i])))
            .as("%s^%s = %s", one, x[i], z[i])
            .isLessThanOrEqualTo(2);
      }
    }
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
