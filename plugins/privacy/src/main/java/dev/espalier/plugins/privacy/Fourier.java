package dev.espalier.plugins.privacy;

/**
 * The discrete Fourier transform of a size that is a power of 2, in place, on real and imaginary
 * parts apart.
 *
 * <p>{@link #forward} leaves its result in bit-reversed order and {@link #inverse} takes it so:
 * what lies between them here is multiplication element by element, to which order is nothing.
 *
 * <p>Rounding: in the Euclidean norm the error is at most {@link #relativeError()} of the result's
 * norm, by N. Higham, "Accuracy and Stability of Numerical Algorithms", theorem 24.2, the weights
 * being within one unit of rounding.
 */
final class Fourier {
  private static final double UNIT = 0x1p-53;

  private final int size;
  private final double[] cosines;
  private final double[] sines;

  /**
   * For arrays of one size.
   *
   * @param size a power of 2, at least 8
   */
  Fourier(int size) {
    this.size = size;
    this.cosines = new double[size / 2];
    this.sines = new double[size / 2];
    int quarter = size / 4;
    for (int k = 0; k <= size / 8; k++) {
      double angle = 2 * Math.PI * k / size;
      double cosine = Math.cos(angle);
      double sine = Math.sin(angle);
      set(k, cosine, sine);
      set(quarter - k, sine, cosine);
      set(quarter + k, -sine, cosine);
      set(size / 2 - k, -cosine, sine);
    }
  }

  private void set(int k, double cosine, double sine) {
    if (k < size / 2) {
      cosines[k] = cosine;
      sines[k] = sine;
    }
  }

  /** The bound of a transform's error, as a part of the norm of its result. */
  double relativeError() {
    int stages = Integer.numberOfTrailingZeros(size);
    double each = UNIT + 4 * UNIT / (1 - 4 * UNIT) * (Math.sqrt(2) + UNIT);
    return stages * each / (1 - stages * each);
  }

  /** {@code X_k = sum over j of x_j e^(-2 pi i j k / size)}. */
  void forward(double[] re, double[] im) {
    for (int half = size / 2; half >= 1; half /= 2) {
      int stride = size / 2 / half;
      for (int start = 0; start < size; start += 2 * half) {
        for (int j = 0, k = 0; j < half; j++, k += stride) {
          int a = start + j;
          int b = a + half;
          double differenceRe = re[a] - re[b];
          double differenceIm = im[a] - im[b];
          re[a] += re[b];
          im[a] += im[b];
          re[b] = differenceRe * cosines[k] + differenceIm * sines[k];
          im[b] = differenceIm * cosines[k] - differenceRe * sines[k];
        }
      }
    }
  }

  /** The inverse, with the factor 1/size. */
  void inverse(double[] re, double[] im) {
    for (int half = 1; half < size; half *= 2) {
      int stride = size / 2 / half;
      for (int start = 0; start < size; start += 2 * half) {
        for (int j = 0, k = 0; j < half; j++, k += stride) {
          int a = start + j;
          int b = a + half;
          double turnedRe = re[b] * cosines[k] - im[b] * sines[k];
          double turnedIm = im[b] * cosines[k] + re[b] * sines[k];
          re[b] = re[a] - turnedRe;
          im[b] = im[a] - turnedIm;
          re[a] += turnedRe;
          im[a] += turnedIm;
        }
      }
    }
    double factor = 1.0 / size;
    for (int i = 0; i < size; i++) {
      re[i] *= factor;
      im[i] *= factor;
    }
  }
}
