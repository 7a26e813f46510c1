package dev.espalier.backend.cpu.kernel;

/**
 * Functions of one double that {@link StrictMath} lacks: error functions and inverse hyperbolic
 * functions.
 *
 * <p>Everything is plain IEEE 754 arithmetic over StrictMath: the same bits on every machine.
 */
public final class SpecialFunctions {
  private static final double ERX = 8.45062911510467529297e-01;

  private static final double[] PP = {
    1.28379167095512558561e-01,
    -3.25042107247001499370e-01,
    -2.84817495755985104766e-02,
    -5.77027029648944159157e-03,
    -2.37630166566501626084e-05
  };
  private static final double[] QQ = {
    1,
    3.97917223959155352819e-01,
    6.50222499887672944485e-02,
    5.08130628187576562776e-03,
    1.32494738004321644526e-04,
    -3.96022827877536812320e-06
  };
  private static final double[] PA = {
    -2.36211856075265944077e-03, 4.14856118683748331666e-01, -3.72207876035701323847e-01,
    3.18346619901161753674e-01, -1.10894694282396677476e-01, 3.54783043256182359371e-02,
    -2.16637559486879084300e-03
  };
  private static final double[] QA = {
    1,
    1.06420880400844228286e-01,
    5.40397917702171048937e-01,
    7.18286544141962662868e-02,
    1.26171219808761642112e-01,
    1.36370839120290507362e-02,
    1.19844998467991074170e-02
  };
  private static final double[] RA = {
    -9.86494403484714822705e-03, -6.93858572707181764372e-01, -1.05586262253232909814e+01,
    -6.23753324503260060396e+01, -1.62396669462573470355e+02, -1.84605092906711035994e+02,
    -8.12874355063065934246e+01, -9.81432934416914548592e+00
  };
  private static final double[] SA = {
    1,
    1.96512716674392571292e+01,
    1.37657754143519042600e+02,
    4.34565877475229228821e+02,
    6.45387271733267880336e+02,
    4.29008140027567833386e+02,
    1.08635005541779435134e+02,
    6.57024977031928170135e+00,
    -6.04244152148580987438e-02
  };
  private static final double[] RB = {
    -9.86494292470009928597e-03, -7.99283237680523006574e-01, -1.77579549177547519889e+01,
    -1.60636384855821916062e+02, -6.37566443368389627722e+02, -1.02509513161107724954e+03,
    -4.83519191608651397019e+02
  };
  private static final double[] SB = {
    1,
    3.03380607434824582924e+01,
    3.25792512996573918826e+02,
    1.53672958608443695994e+03,
    3.19985821950859553908e+03,
    2.55305040643316442583e+03,
    4.74528541206955367215e+02,
    -2.24409524465858183362e+01
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

  private static final double LN2 = 0.6931471805599453;

  private SpecialFunctions() {}

  /**
   * The error function, within 1 ULP (method and coefficients: fdlibm's s_erf.c, Sun Microsystems
   * 1993).
   */
  public static double erf(double x) {
    double a = Math.abs(x);
    if (a < 0.84375) {
      if (a < 0x1p-28) {
        return a < 0x1p-1000 ? 0.125 * (8 * x + 1.02703333676410069053 * x) : x + PP[0] * x;
      }
      double z = x * x;
      return x + x * (rising(PP, z) / rising(QQ, z));
    }
    if (a >= 6) {
      return Math.copySign(1, x);
    }
    return x != x ? x : Math.copySign(a < 1.25 ? erxPart(a) : 1 - tail(a), x);
  }

  /**
   * The complementary error function {@code 1 - erf(x)}, without its cancellation, within 2 ULP.
   */
  public static double erfc(double x) {
    double a = Math.abs(x);
    if (a < 0.84375) {
      if (a < 0x1p-56) {
        return 1 - x;
      }
      double z = x * x;
      double y = rising(PP, z) / rising(QQ, z);
      return x < 0.25 ? 1 - (x + x * y) : 0.5 - ((x - 0.5) + x * y);
    }
    if (x != x) {
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
   * The inverse error function: the approximation of M. Giles (2012) to single precision, then two
   * steps of Halley's method on erf, or on erfc where x is near -1 or 1.
   */
  public static double erfinv(double x) {
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
    for (int step = 0; step < 2; step++) {
      double error = a > 0.5 ? (1 - a) - erfc(y) : erf(y) - a;
      double u = error / (1.1283791670955126 * StrictMath.exp(-y * y));
      y -= u / (1 + y * u);
    }
    return Math.copySign(y, x);
  }

  /** The inverse hyperbolic sine. */
  public static double asinh(double x) {
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
  public static double acosh(double x) {
    if (x > 0x1p28) {
      return StrictMath.log(x) + LN2;
    }
    double t = x - 1;
    return StrictMath.log1p(t + Math.sqrt(2 * t + t * t));
  }

  /** The inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond. */
  public static double atanh(double x) {
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
}
