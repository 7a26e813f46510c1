package dev.espalier.training.curvature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Estimates of matrices whose spectrum is known: a diagonal between two reflections. */
final class SpectrumTest {
  private static final int N = 40;

  /** {@code H diag(values) H}, H a reflection. */
  private record Reflected(double[] values, double[] normal) implements SymmetricOperator {
    static Reflected of(double... values) {
      return new Reflected(values, Vectors.direction(new SplittableRandom(3), values.length));
    }

    private double[] reflected(double[] x) {
      double[] y = x.clone();
      Vectors.add(y, -2 * Vectors.dot(x, normal), normal);
      return y;
    }

    @Override
    public int dimension() {
      return values.length;
    }

    @Override
    public double[] times(double[] x) {
      double[] y = reflected(x);
      for (int i = 0; i < y.length; i++) {
        y[i] *= values[i];
      }
      return reflected(y);
    }

    double[][] dense() {
      double[][] rows = new double[dimension()][];
      for (int i = 0; i < rows.length; i++) {
        double[] unit = new double[dimension()];
        unit[i] = 1;
        rows[i] = times(unit);
      }
      return rows;
    }
  }

  private static double[] spectrum() {
    double[] values = new double[N];
    for (int i = 0; i < N; i++) {
      values[i] = -2 + 0.25 * i;
    }
    return values;
  }

  @Test
  void lanczosFindsBothEndsOfASpectrumAndItsResidualsAreTrue() {
    Reflected a = Reflected.of(spectrum());
    Lanczos lanczos = Lanczos.random(a, N, 1);
    assertThat(lanczos.largest().value()).isCloseTo(7.75, within(1e-10));
    assertThat(lanczos.smallest().value()).isCloseTo(-2, within(1e-10));
    assertThat(Eigenpair.of(a, lanczos.largest().vector()).residual()).isLessThan(1e-10);
    Eigenpair early = Lanczos.random(a, 12, 1).largest();
    double residual = Eigenpair.of(a, early.vector()).residual();
    assertThat(early.residual()).isCloseTo(residual, within(1e-10));
    assertThat(residual).isGreaterThan(1e-8);
  }

  @Test
  void allRitzValuesOfAWholeKrylovSpaceAreTheEigenvalues() {
    double[] found = Lanczos.random(Reflected.of(spectrum()), N, 5).values();
    double[] wanted = spectrum();
    for (int i = 0; i < N; i++) {
      assertThat(found[i]).isCloseTo(wanted[i], within(1e-10));
    }
  }

  @Test
  void lanczosEndsWhereTheKrylovSpaceIsExhausted() {
    double[] three = new double[N];
    Arrays.fill(three, 0, 10, 5);
    Arrays.fill(three, 10, 20, -1);
    double[] found = Lanczos.random(Reflected.of(three), 30, 1).values();
    assertThat(found).hasSize(3);
    assertThat(found[0]).isCloseTo(-1, within(1e-10));
    assertThat(found[1]).isCloseTo(0, within(1e-10));
    assertThat(found[2]).isCloseTo(5, within(1e-10));
  }

  @Test
  void powerIterationFindsTheLargestMagnitudeWhateverItsSign() {
    double[] values = spectrum();
    values[3] = -20;
    Eigenpair found = PowerIteration.of(Reflected.of(values), 200, 1e-12, 1);
    assertThat(found.value()).isCloseTo(-20, within(1e-10));
    assertThat(found.residual()).isLessThan(1e-9);
  }

  @Test
  void hutchinsonIsWithinItsStandardErrorAndExactForADiagonalMatrix() {
    Reflected a = Reflected.of(spectrum());
    double trace = Arrays.stream(spectrum()).sum();
    Estimate found = Trace.hutchinson(a, 4000, 1);
    assertThat(Math.abs(found.value() - trace)).isLessThan(4 * found.standardError());
    double variance = 0;
    double[][] dense = a.dense();
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N; j++) {
        variance += i == j ? 0 : 2 * dense[i][j] * dense[i][j];
      }
    }
    assertThat(found.standardError()).isCloseTo(Math.sqrt(variance / 4000), within(0.1));
    SymmetricOperator diagonal = new Reflected(spectrum(), new double[N]);
    assertThat(Trace.hutchinson(diagonal, 2, 1).value()).isCloseTo(trace, within(1e-10));
    assertThat(Trace.hutchinson(diagonal, 2, 1).standardError()).isLessThan(1e-10);
  }

  @Test
  void hutchPlusPlusMeetsALowRankExactlyAndIsNearerThanHutchinson() {
    double[] low = new double[N];
    low[1] = 3;
    low[7] = -8;
    low[20] = 0.5;
    Reflected a = Reflected.of(low);
    assertThat(Trace.hutchPlusPlus(a, 12, 1).value()).isCloseTo(-4.5, within(1e-10));
    assertThat(Math.abs(Trace.hutchinson(a, 12, 1).value() + 4.5)).isGreaterThan(1e-3);
    double all = Trace.hutchPlusPlus(Reflected.of(spectrum()), 3 * N, 1).value();
    assertThat(all).isCloseTo(Arrays.stream(spectrum()).sum(), within(1e-8));
  }

  @Test
  void theDiagonalsEstimateHasTheVarianceOfTheTheory() {
    Reflected a = Reflected.of(spectrum());
    double[][] dense = a.dense();
    int probes = 2000;
    double[] found = Trace.diagonal(a, probes, 1);
    double chiSquare = 0;
    for (int i = 0; i < N; i++) {
      double variance = 0;
      for (int j = 0; j < N; j++) {
        variance += i == j ? 0 : dense[i][j] * dense[i][j];
      }
      chiSquare += Math.pow(found[i] - dense[i][i], 2) / (variance / probes);
    }
    // 40 degrees of freedom: the mean is 40, its deviation 9, but the elements are not independent.
    assertThat(chiSquare).isBetween(5.0, 120.0);
  }

  @Test
  void theDensitysMomentsAreThoseOfTheProbes() {
    Reflected a = Reflected.of(spectrum());
    SpectralDensity density = SpectralDensity.of(a, 6, 3, 9);
    double[] moments = new double[12];
    SplittableRandom random = new SplittableRandom(9);
    for (int probe = 0; probe < 3; probe++) {
      double[] z = Vectors.signs(random, N);
      double[] power = z;
      for (int order = 0; order < moments.length; order++) {
        moments[order] += Vectors.dot(z, power) / N / 3;
        power = a.times(power);
      }
    }
    for (int order = 0; order < moments.length; order++) {
      double bound = 1e-10 * Math.max(1, Math.abs(moments[order]));
      assertThat(density.moment(order))
          .as("moment " + order)
          .isCloseTo(moments[order], within(bound));
    }
    // Six nodes are exact up to the moment 11 and not further.
    assertThat(Arrays.stream(density.weights()).sum()).isCloseTo(1, within(1e-12));
    double[] at = new double[4001];
    Arrays.setAll(at, i -> -20 + 0.01 * i);
    assertThat(Arrays.stream(density.smoothed(at, 0.5)).sum() * 0.01).isCloseTo(1, within(1e-6));
  }
}
