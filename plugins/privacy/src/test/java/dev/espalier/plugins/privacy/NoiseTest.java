package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.HostDraws;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * The distribution of what the host draws. Random and not repeatable by nature: each bound is six
 * standard deviations or more, so that one run in about 10^8 fails by chance.
 */
class NoiseTest {
  /** Chi-square over its degrees of freedom, less the mean, in standard deviations. */
  private static double standardised(double chiSquare, double freedom) {
    return (chiSquare - freedom) / Math.sqrt(2 * freedom);
  }

  private static double[] normals(int count) {
    Noise.Secure noise = new Noise.Secure();
    Tree<TensorType> types = noise.types(Tree.of("w", TensorType.of(DType.F64, count)));
    try (HostDraws.Source source = noise.open()) {
      Tree<NdArray> into = types.map(type -> NdArray.wrap(type, NdArray.allocate(type)));
      source.draw(into);
      return into.get("w").toDoubles();
    }
  }

  private static double moment(double[] x, int power) {
    return Arrays.stream(x).map(v -> Math.pow(v, power)).average().orElseThrow();
  }

  @Test
  void secureNoiseHasTheMomentsOfTheNormalDistribution() {
    int n = 1_000_001;
    double[] x = normals(n);
    double root = Math.sqrt(n);
    // The variances of the means of x, x^2, x^3, x^4: 1, 2, 15, 96.
    assertThat(moment(x, 1)).isCloseTo(0, within(6 * Math.sqrt(1) / root));
    assertThat(moment(x, 2)).isCloseTo(1, within(6 * Math.sqrt(2) / root));
    assertThat(moment(x, 3)).isCloseTo(0, within(6 * Math.sqrt(15) / root));
    assertThat(moment(x, 4)).isCloseTo(3, within(6 * Math.sqrt(96) / root));
    assertThat(Math.abs(x[n - 1])).isGreaterThan(0);
  }

  @Test
  void secureNoiseIsIndependentOfItsNeighbours() {
    int n = 1_000_000;
    double[] x = normals(n);
    for (int lag : new int[] {1, 2, 3, 64}) {
      double products = 0;
      double ofSquares = 0;
      for (int i = lag; i < n; i++) {
        products += x[i] * x[i - lag];
        ofSquares += (x[i] * x[i] - 1) * (x[i - lag] * x[i - lag] - 1);
      }
      assertThat(products / Math.sqrt(n)).as("lag %s", lag).isCloseTo(0, within(6.0));
      assertThat(ofSquares / (2 * Math.sqrt(n))).as("lag %s", lag).isCloseTo(0, within(6.0));
    }
  }

  /** The standard normal distribution function by its series, to 1e-12 for |x| below 6. */
  private static double phi(double x) {
    double term = x;
    double sum = x;
    for (int i = 1; i < 200; i++) {
      term *= x * x / (2 * i + 1);
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  @Test
  void secureNoiseFallsIntoEquallyLikelyCellsEquallyOften() {
    int n = 400_000;
    int cells = 100;
    double[] counts = new double[cells];
    for (double x : normals(n)) {
      double p = Math.abs(x) < 6 ? phi(x) : x > 0 ? 1 : 0;
      counts[Math.clamp((long) (p * cells), 0, cells - 1)]++;
    }
    double expected = (double) n / cells;
    double chiSquare =
        Arrays.stream(counts).map(c -> (c - expected) * (c - expected) / expected).sum();
    assertThat(standardised(chiSquare, cells - 1)).isBetween(-6.0, 8.0);
  }

  private static double[] probabilities(long scale, int most) {
    double[] weights = new double[2 * most + 1];
    for (int i = 0; i < weights.length; i++) {
      double k = i - most;
      weights[i] = Math.exp(-k * k / (2.0 * scale * scale));
    }
    double sum = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(w -> w / sum).toArray();
  }

  /** Against the closed form, for scales at which every integer can be counted. */
  @Test
  void theDiscreteGaussianHasItsProbabilities() {
    for (long scale : new long[] {1, 2, 7}) {
      int n = 300_000;
      int most = (int) (12 * scale);
      double[] wanted = probabilities(scale, most);
      double[] counts = new double[wanted.length];
      DiscreteGaussian gaussian = new DiscreteGaussian(scale, new SecureBits());
      for (int i = 0; i < n; i++) {
        counts[(int) (gaussian.next() + most)]++;
      }
      double chiSquare = 0;
      int freedom = -1;
      double restWanted = 0;
      double restFound = 0;
      for (int i = 0; i < wanted.length; i++) {
        double expected = n * wanted[i];
        if (expected < 10) {
          restWanted += expected;
          restFound += counts[i];
        } else {
          chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
          freedom++;
        }
      }
      if (restWanted > 1) {
        chiSquare += (restFound - restWanted) * (restFound - restWanted) / restWanted;
        freedom++;
      }
      assertThat(standardised(chiSquare, freedom)).as("scale %s", scale).isBetween(-6.0, 10.0);
    }
  }

  /** At the scale in use: that of a normal number of that deviation, to far less than a unit. */
  @Test
  void theDiscreteGaussianInUseHasTheMomentsOfTheNormal() {
    int n = 200_000;
    DiscreteGaussian gaussian = new DiscreteGaussian(Noise.Discrete.STEPS, new SecureBits());
    double[] x = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = gaussian.next() / (double) Noise.Discrete.STEPS;
    }
    double root = Math.sqrt(n);
    assertThat(moment(x, 1)).isCloseTo(0, within(6 / root));
    assertThat(moment(x, 2)).isCloseTo(1, within(6 * Math.sqrt(2) / root));
    assertThat(moment(x, 4)).isCloseTo(3, within(6 * Math.sqrt(96) / root));
    double products = 0;
    for (int i = 1; i < n; i++) {
      products += x[i] * x[i - 1];
    }
    assertThat(products / root).isCloseTo(0, within(6.0));
    // Odd integers as often as even ones: nothing is lost in the last place.
    double odd = Arrays.stream(x).filter(v -> (long) (v * Noise.Discrete.STEPS) % 2 != 0).count();
    assertThat((odd - n / 2.0) / Math.sqrt(n / 4.0)).isCloseTo(0, within(6.0));
  }

  @Test
  void integersBelowABoundAreUniform() {
    SecureBits bits = new SecureBits();
    for (int bound : new int[] {1, 2, 3, 10, 17}) {
      double[] counts = new double[bound];
      int n = 100_000;
      for (int i = 0; i < n; i++) {
        counts[(int) bits.below(bound)]++;
      }
      double expected = (double) n / bound;
      double chiSquare =
          Arrays.stream(counts).map(c -> (c - expected) * (c - expected) / expected).sum();
      assertThat(chiSquare).as("bound %s", bound).isLessThan(bound - 1 + 10 * Math.sqrt(2 * bound));
    }
  }

  @Test
  void twoSourcesAndTwoDrawsHaveNothingInCommon() {
    Set<Double> seen = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      for (double x : normals(1000)) {
        assertThat(seen.add(x)).isTrue();
      }
    }
  }

  /** sigma = z (C + sqrt(d) grid), and the grid is sigma / 2^20. */
  @Test
  void theGridCoversTheRoundingOfEveryCoordinate() {
    double dimension = 50_000;
    double multiplier = 1.3;
    double grid = Noise.Discrete.gridOverBound(dimension, multiplier);
    double deviation = grid * Noise.Discrete.STEPS;
    assertThat(deviation)
        .isCloseTo(multiplier * (1 + Math.sqrt(dimension) * grid), within(1e-12))
        .isBetween(multiplier, multiplier * 1.001);
  }
}
