package dev.espalier.backend.cpu.kernel;

/**
 * Functions of one double that {@link StrictMath} lacks, one element at a time and by other methods
 * than the kernels: what these are compared with.
 */
final class SpecialFunctions {
  private static final double ERX = 0.8450629115104675;

  private static final double[] PP = {
    0.12837916709551256,
    -0.3250421072470015,
    -0.02848174957559851,
    -0.005770270296489442,
    -2.3763016656650163e-05
  };
  private static final double[] QQ = {
    1,
    0.39791722395915535,
    0.0650222499887673,
    0.005081306281875766,
    0.00013249473800432164,
    -3.960228278775368e-06
  };
  private static final double[] PA = {
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013,
    0.31834661990116175, -0.11089469428239668, 0.035478304325618236,
    -0.002166375594868791
  };
  private static final double[] QA = {
    1,
    0.10642088040084423,
    0.540397917702171,
    0.07182865441419627,
    0.12617121980876164,
    0.01363708391202905,
    0.011984499846799107
  };
  private static final double[] RA = {
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291,
    -62.375332450326006, -162.39666946257347, -184.60509290671104,
    -81.2874355063066, -9.814329344169145
  };
  private static final double[] SA = {
    1,
    19.651271667439257,
    137.65775414351904,
    434.56587747522923,
    645.3872717332679,
    429.00814002756783,
    108.63500554177944,
    6.570249770319282,
    -0.0604244152148581
  };
  private static final double[] RB = {
    -0.0098649429247001, -0.799283237680523, -17.757954917754752,
    -160.63638485582192, -637.5664433683896, -1025.0951316110772,
    -483.5191916086514
  };
  private static final double[] SB = {
    1,
    30.33806074348246,
    325.7925129965739,
    1536.729586084437,
    3199.8582195085955,
    2553.0504064331644,
    474.52854120695537,
    -22.44095244658582
  };

  private static final double[] GILES_CENTRE = {
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941
  };
  private static final double[] GILES_TAIL = {
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682
  };

  private static final double EULER = 0.5772156649015329;
  private static final double HALF_LOG_TWO_PI = 0.9189385332046727;

  /** The Bernoulli numbers B2, B4, ..., B20. */
  private static final double[] BERNOULLI = {
    1.0 / 6,
    -1.0 / 30,
    1.0 / 42,
    -1.0 / 30,
    5.0 / 66,
    -691.0 / 2730,
    7.0 / 6,
    -3617.0 / 510,
    43867.0 / 798,
    -174611.0 / 330
  };

  /** {@code zeta(k) - 1} at index k, for k from 2. */
  private static final double[] ZETA_MINUS_ONE = new double[40];

  static {
    for (int k = 2; k < 40; k++) {
      ZETA_MINUS_ONE[k] = zetaMinusOne(k);
    }
  }

  private static final double LN2 = 0.6931471805599453;

  private SpecialFunctions() {}

  /**
   * The error function, within 1 ULP (method and coefficients: fdlibm's s_erf.c, Sun Microsystems
   * 1993).
   */
  static double erf(double x) {
    double a = Math.abs(x);
    if (a < 0.84375) {
      if (a < 0x1p-28) {
        return a < 0x1p-1000 ? 0.125 * (8 * x + 1.0270333367641007 * x) : x + PP[0] * x;
      }
      double z = x * x;
      return x + x * (rising(PP, z) / rising(QQ, z));
    }
    if (a >= 6) {
      return Math.copySign(1, x);
    }
    return Double.isNaN(x) ? x : Math.copySign(a < 1.25 ? erxPart(a) : 1 - tail(a), x);
  }

  /**
   * The complementary error function {@code 1 - erf(x)}, without its cancellation, within 2 ULP.
   */
  static double erfc(double x) {
    double a = Math.abs(x);
    if (a < 0.84375) {
      if (a < 0x1p-56) {
        return 1 - x;
      }
      double z = x * x;
      double y = rising(PP, z) / rising(QQ, z);
      return x < 0.25 ? 1 - (x + x * y) : 0.5 - ((x - 0.5) + x * y);
    }
    if (Double.isNaN(x)) {
      return x;
    }
    if (a < 1.25) {
      double s = a - 1;
      double part = rising(PA, s) / rising(QA, s);
      return x >= 0 ? 1 - ERX - part : 1 + (ERX + part);
    }
    if (a >= 28) {
      return x > 0 ? 0 : 2;
    }
    if (x < -6) {
      return 2;
    }
    return x > 0 ? tail(a) : 2 - tail(a);
  }

  private static double erxPart(double a) {
    double s = a - 1;
    return ERX + rising(PA, s) / rising(QA, s);
  }

  /** erfc for arguments of at least 1.25. */
  private static double tail(double a) {
    double s = 1 / (a * a);
    double quotient = a < 1 / 0.35 ? rising(RA, s) / rising(SA, s) : rising(RB, s) / rising(SB, s);
    // The upper half of a has an exact square, so the large part of the exponent loses nothing.
    double z = Double.longBitsToDouble(Double.doubleToRawLongBits(a) & 0xffffffff00000000L);
    return StrictMath.exp(-z * z - 0.5625) * StrictMath.exp((z - a) * (z + a) + quotient) / a;
  }

  /** Coefficients from the constant term upwards. */
  private static double rising(double[] coefficients, double x) {
    double value = coefficients[coefficients.length - 1];
    for (int i = coefficients.length - 2; i >= 0; i--) {
      value = value * x + coefficients[i];
    }
    return value;
  }

  private static double falling(double[] coefficients, double x) {
    double value = coefficients[0];
    for (int i = 1; i < coefficients.length; i++) {
      value = value * x + coefficients[i];
    }
    return value;
  }

  /**
   * The inverse error function: the approximation of M. Giles (2012) to single precision, then
   * twelve steps of Halley's method on erf, or on erfc where x is near -1 or 1.
   */
  static double erfinv(double x) {
    double a = Math.abs(x);
    if (!(a <= 1)) {
      return Double.NaN;
    }
    if (a == 1) {
      return x * Double.POSITIVE_INFINITY;
    }
    if (a < 0x1p-30) {
      return x * 0.8862269254527580;
    }
    double w = -StrictMath.log((1 - a) * (1 + a));
    double y = a * (w < 5 ? falling(GILES_CENTRE, w - 2.5) : falling(GILES_TAIL, Math.sqrt(w) - 3));
    for (int step = 0; step < 12; step++) {
      double error = a > 0.5 ? (1 - a) - erfc(y) : erf(y) - a;
      double u = error / (1.1283791670955126 * StrictMath.exp(-y * y));
      y -= u / (1 + y * u);
    }
    return Math.copySign(y, x);
  }

  /** The inverse hyperbolic sine. */
  static double asinh(double x) {
    double a = Math.abs(x);
    if (!(a < Double.POSITIVE_INFINITY) || a < 0x1p-28) {
      return x;
    }
    double y =
        a > 0x1p28
            ? StrictMath.log(a) + LN2
            : StrictMath.log1p(a + a * a / (1 + Math.sqrt(1 + a * a)));
    return Math.copySign(y, x);
  }

  /** The inverse hyperbolic cosine; NaN below 1. */
  static double acosh(double x) {
    if (x < 1) {
      return Double.NaN; // Far below, the rounded argument of log1p would come to -1.
    }
    if (x > 0x1p28) {
      return StrictMath.log(x) + LN2;
    }
    double t = x - 1;
    return StrictMath.log1p(t + Math.sqrt(2 * t + t * t));
  }

  /** The inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond. */
  static double atanh(double x) {
    double a = Math.abs(x);
    if (a < 0x1p-28) {
      return x;
    }
    double y =
        a < 0.5
            ? 0.5 * StrictMath.log1p(2 * a + 2 * a * a / (1 - a))
            : 0.5 * StrictMath.log1p(2 * a / (1 - a));
    return Math.copySign(y, x);
  }

  /** {@code ln |Gamma(x)|}; infinite at the poles 0, -1, -2, ... and at both infinities. */
  static double lgamma(double x) {
    if (Double.isNaN(x)) {
      return x;
    }
    if (Double.isInfinite(x) || (x <= 0 && x == Math.rint(x))) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < 0) {
      if (x > -0x1p-60) {
        return -StrictMath.log(-x);
      }
      return StrictMath.log(Math.PI / Math.abs(StrictMath.sin(Math.PI * Math.IEEEremainder(x, 1))))
          - lgamma(1 - x);
    }
    if (x < 0.5) {
      return nearTwo(x) - StrictMath.log1p(x) - StrictMath.log(x);
    }
    if (x < 1.5) {
      return nearTwo(x - 1) - StrictMath.log1p(x - 1);
    }
    if (x <= 2.5) {
      return nearTwo(x - 2);
    }
    if (x < 10) {
      double product = 1;
      double y = x;
      while (y > 2.5) {
        y -= 1;
        product *= y;
      }
      return StrictMath.log(product) + nearTwo(y - 2);
    }
    double inverse = 1 / x;
    double square = inverse * inverse;
    double series = 0;
    for (int j = BERNOULLI.length; j >= 1; j--) {
      series = series * square + BERNOULLI[j - 1] / (2.0 * j * (2 * j - 1));
    }
    double log = StrictMath.log(x);
    if (x > 0x1p60) {
      return x * (log - 1);
    }
    return (x - 0.5) * log - x + HALF_LOG_TWO_PI + series * inverse;
  }

  /**
   * {@code ln Gamma(2 + z) = (1 - gamma) z + sum over k of (zeta(k) - 1) (-z)^k / k} for |z| up to
   * 1/2.
   */
  private static double nearTwo(double z) {
    double series = 0;
    for (int k = 39; k >= 2; k--) {
      series = series * -z + ZETA_MINUS_ONE[k] / k;
    }
    return (1 - EULER) * z + series * z * z;
  }

  /** {@code zeta(k) - 1}, by the first terms and the Euler-Maclaurin formula. */
  private static double zetaMinusOne(int k) {
    double sum = 0;
    for (int j = 100; j >= 2; j--) {
      sum += StrictMath.pow(j, -k);
    }
    double power = StrictMath.pow(101, -k);
    double rising = k * (k + 1.0) * (k + 2);
    return sum
        + power * 101 / (k - 1)
        + power / 2
        + k * power / (12 * 101)
        - rising * power / (720.0 * 101 * 101 * 101)
        + rising * (k + 3) * (k + 4) * power / (30240.0 * 101 * 101 * 101 * 101 * 101);
  }
}
