package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.random.RandomGenerator;
import org.apache.commons.numbers.gamma.Erfc;
import org.junit.jupiter.api.Test;

/** A step's measures lie on the right side of its curve, everywhere. */
final class GridTest {
  private static final double TAIL = 1e-14;

  @Test
  void theCurveFromAboveIsAboveAndTheOneFromBelowBelow() {
    for (double rate : new double[] {0.001, 0.04, 0.5, 0.97, 1}) {
      for (double noise : new double[] {0.4, 1, 6}) {
        double scale = rate * Math.sqrt(Math.expm1(1 / (noise * noise)));
        for (double part : new double[] {0.02, 0.2, 1}) {
          check(rate, noise, Math.min(part * scale, 1));
        }
      }
    }
  }

  private static void check(double rate, double noise, double spacing) {
    SampledGaussianLoss loss = new SampledGaussianLoss(rate, noise, spacing, TAIL);
    DiscreteLoss above = loss.removedAbove();
    DiscreteLoss below = loss.removedBelow();
    DiscreteLoss addedAbove = loss.addedAbove();
    DiscreteLoss addedBelow = loss.addedBelow();
    for (int i = 0; i <= 200; i++) {
      double epsilon = above.least() - spacing + i * (above.most() - above.least()) / 190;
      double exact = removed(rate, noise, epsilon);
      String name = rate + " " + noise + " " + spacing + " at " + epsilon;
      assertThat(above.curve(epsilon)).as(name).isGreaterThanOrEqualTo(exact * (1 - 1e-9) - 1e-14);
      assertThat(below.curve(epsilon)).as(name).isLessThanOrEqualTo(exact * (1 + 1e-9) + 1e-14);
      if (rate < 1) {
        double added = added(rate, noise, -epsilon);
        assertThat(addedAbove.curve(-epsilon))
            .as(name)
            .isGreaterThanOrEqualTo(added * (1 - 1e-9) - 1e-14);
        assertThat(addedBelow.curve(-epsilon))
            .as(name)
            .isLessThanOrEqualTo(added * (1 + 1e-9) + 1e-14);
      }
    }
  }

  private static double cdf(double z) {
    return Erfc.value(-z / Math.sqrt(2)) / 2;
  }

  private static double removed(double q, double s, double epsilon) {
    double rest = Math.expm1(epsilon) + q;
    if (rest <= 0) {
      return -Math.expm1(epsilon);
    }
    double x = 0.5 + s * s * Math.log(rest / q);
    return (1 - q) * cdf(-x / s) + q * cdf((1 - x) / s) - Math.exp(epsilon) * cdf(-x / s);
  }

  private static double added(double q, double s, double epsilon) {
    double rest = Math.expm1(-epsilon) + q;
    if (rest <= 0) {
      return 0;
    }
    double x = 0.5 + s * s * Math.log(rest / q);
    return cdf(x / s) - Math.exp(epsilon) * ((1 - q) * cdf(x / s) + q * cdf((x - 1) / s));
  }

  @Test
  void theTransformOfASumOfWavesIsWhereTheWavesAre() {
    int size = 64;
    double[] re = new double[size];
    double[] im = new double[size];
    for (int i = 0; i < size; i++) {
      re[i] = Math.cos(2 * Math.PI * 5 * i / size) + 0.25 * Math.cos(2 * Math.PI * 12 * i / size);
      im[i] = Math.sin(2 * Math.PI * 5 * i / size);
    }
    new Fourier(size).forward(re, im);
    for (int k = 0; k < size; k++) {
      int place = Integer.reverse(k) >>> (32 - 6);
      double expected = k == 5 ? size : k == 12 || k == size - 12 ? size / 8.0 : 0;
      assertThat(re[place]).as("re " + k).isCloseTo(expected, within(1e-12));
      assertThat(im[place]).as("im " + k).isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void theErrorOfATransformAndBackIsWithinItsBound() {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    for (int size = 8; size <= 1 << 14; size *= 2) {
      double[] re = random.doubles(size).toArray();
      double[] im = random.doubles(size).toArray();
      double[] were = re.clone();
      Fourier fourier = new Fourier(size);
      double norm = 0;
      for (int i = 0; i < size; i++) {
        norm += re[i] * re[i] + im[i] * im[i];
      }
      fourier.forward(re, im);
      fourier.inverse(re, im);
      double error = 0;
      for (int i = 0; i < size; i++) {
        error += (re[i] - were[i]) * (re[i] - were[i]);
      }
      assertThat(Math.sqrt(error)).isLessThan(2 * fourier.relativeError() * Math.sqrt(norm));
    }
  }
}
