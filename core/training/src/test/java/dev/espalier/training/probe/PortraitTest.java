package dev.espalier.training.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.training.probe.Extremum.Place;
import dev.espalier.training.probe.Limit.Trend;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortraitTest {
  private static Portrait portrait(UnaryOperator<Tensor> function) {
    return Portrait.of(new Curve(DType.F64, 3, function), -10, 10, 2001);
  }

  private static Tensor mish(Tensor x) {
    return x.mul(x.softplus().tanh());
  }

  private static Tensor elu(Tensor x) {
    Tensor left = x.le(0);
    return left.select(left.select(x, x.zerosLike()).expm1(), x);
  }

  @Test
  void derivativesAreThoseOfTheClosedForms() {
    double[] x = {-2, -0.3, 0, 0.7, 3};
    double[][] found = new Curve(DType.F64, 4, Tensor::tanh).at(x);
    for (int i = 0; i < x.length; i++) {
      double t = Math.tanh(x[i]);
      double s = 1 - t * t;
      assertThat(found[0][i]).isCloseTo(t, within(1e-15));
      assertThat(found[1][i]).isCloseTo(s, within(1e-14));
      assertThat(found[2][i]).isCloseTo(-2 * t * s, within(1e-14));
      assertThat(found[3][i]).isCloseTo(s * (6 * t * t - 2), within(1e-14));
      assertThat(found[4][i]).isCloseTo(8 * t * s * (2 - 3 * t * t), within(1e-13));
    }
  }

  @Test
  void anyNumberOfPointsIsEvaluatedEachByItself() {
    Curve curve = new Curve(DType.F64, 1, Tensor::square);
    for (int count : new int[] {0, 1, 63, 64, 65, 511, 512, 513, 1200}) {
      double[] x = new double[count];
      for (int i = 0; i < count; i++) {
        x[i] = i - 3.5;
      }
      double[][] found = curve.at(x);
      for (int i = 0; i < count; i++) {
        assertThat(found[0][i]).isEqualTo(x[i] * x[i]);
        assertThat(found[1][i]).isEqualTo(2 * x[i]);
      }
    }
  }

  @Test
  void theMinimumOfMishIsFound() {
    Portrait mish = portrait(PortraitTest::mish);
    // From 40 digits of the root of the derivative.
    assertThat(mish.minimum().from()).isCloseTo(-1.1924312145154949, within(1e-9));
    assertThat(mish.minimum().value()).isCloseTo(-0.30884341301725043, within(1e-15));
    assertThat(mish.minimum().place()).isEqualTo(Place.STATIONARY);
    assertThat(mish.kinks()).isEmpty();
    assertThat(mish.zeros()).containsExactly(0.0);
    assertThat(mish.left()).isEqualTo(new Limit(Trend.SETTLES, 0));
    assertThat(mish.right().trend()).isEqualTo(Trend.RISES);
    assertThat(mish.infimum().place()).isEqualTo(Bound.Place.TAKEN);
    assertThat(mish.supremum().value()).isInfinite();
  }

  @Test
  void reluHasItsKinkAtZeroAndIsFlatLeftOfIt() {
    Portrait relu = portrait(Tensor::relu);
    assertThat(relu.kinks()).containsExactly(new Kink(0, 1, 0, 0, 1));
    assertThat(relu.minimum()).isEqualTo(new Extremum(-10, 0, 0, Place.FLAT));
    assertThat(relu.zeros()).isEmpty();
    assertThat(relu.looksConvex()).isTrue();
  }

  @Test
  void aJumpOfTheSecondDerivativeIsSeen() {
    Portrait elu = portrait(PortraitTest::elu);
    assertThat(elu.kinks()).hasSize(1);
    assertThat(elu.kinks().getFirst().order()).isEqualTo(2);
    assertThat(elu.kinks().getFirst().x()).isEqualTo(0);
    assertThat(elu.kinks().getFirst().left()).isCloseTo(1, within(1e-12));
    assertThat(elu.kinks().getFirst().right()).isEqualTo(0);
    assertThat(elu.infimum()).isEqualTo(new Bound(-1, Bound.Place.LEFT, Double.NEGATIVE_INFINITY));
  }

  @Test
  void aDerivativeThatIsHalvedWhereAMinimumTiesIsSeen() {
    Portrait tie = portrait(x -> x.le(0).select(x.min(0).expm1(), x));
    assertThat(tie.kinks()).hasSize(1);
    assertThat(tie.kinks().getFirst().order()).isEqualTo(1);
    assertThat(tie.kinks().getFirst().isolated()).isTrue();
    assertThat(tie.kinks().getFirst().at()).isEqualTo(0.5);
  }

  @Test
  void aJumpOfTheValueIsSeenAndIsNoZero() {
    Portrait step = portrait(x -> x.lt(0.3).select(x.onesLike().neg(), x.onesLike()));
    assertThat(step.kinks()).containsExactly(new Kink(0.3, 0, -1, 1, 1));
    assertThat(step.zeros()).isEmpty();
    assertThat(step.looksConvex()).isFalse();
  }

  @Test
  void severalKinksAreAllSeen() {
    Portrait floor = portrait(Tensor::floor);
    assertThat(floor.kinks().stream().map(Kink::x))
        .containsExactly(
            -9.0, -8.0, -7.0, -6.0, -5.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0,
            7.0, 8.0, 9.0, 10.0);
    // Two between two neighbouring points of the grid.
    Portrait close = portrait(x -> x.sub(0.001).abs().add(x.sub(0.008).abs()));
    assertThat(close.kinks().stream().map(Kink::x)).containsExactly(0.001, 0.008);
  }

  @Test
  void aKinkIsFoundToTheDoubleWhereverItIs() {
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      double place = 20 * random.nextDouble() - 10;
      double size = Math.pow(10, -4 * random.nextDouble());
      Portrait p = portrait(x -> x.sub(place).abs().mul(size).add(x.sin()));
      assertThat(p.kinks()).as(size + " at " + place).hasSize(1);
      assertThat(p.kinks().getFirst().x()).isEqualTo(place);
      assertThat(p.kinks().getFirst().right() - p.kinks().getFirst().left())
          .isCloseTo(2 * size, within(1e-9));
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "30", "1e3", "1e5"})
  void whatIsSteepIsNotTakenForAKink(double slope) {
    assertThat(portrait(x -> x.mul(slope).tanh()).kinks()).isEmpty();
  }

  @Test
  void aPoleIsAtItsPlaceAndNoZero() {
    Portrait pole = portrait(Tensor::reciprocal);
    assertThat(pole.kinks()).hasSize(1);
    assertThat(pole.kinks().getFirst().x()).isEqualTo(0);
    assertThat(pole.kinks().getFirst().infinite()).isTrue();
    assertThat(pole.zeros()).isEmpty();
    assertThat(pole.infimum().value()).isLessThan(-1e300);
    assertThat(pole.supremum().value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(pole.left()).isEqualTo(new Limit(Trend.SETTLES, 0));
  }

  @Test
  void aSinglePlaceThatDiffersIsSeen() {
    Portrait hole = portrait(x -> x.eq(0).select(x.onesLike(), x.square()));
    assertThat(hole.kinks()).hasSize(1);
    assertThat(hole.kinks().getFirst().isolated()).isTrue();
    assertThat(hole.kinks().getFirst().at()).isEqualTo(1);
  }

  @Test
  void whatIsNotANumberOnOneSideIsSaid() {
    Portrait log = portrait(Tensor::log);
    assertThat(log.left().trend()).isEqualTo(Trend.NOT_A_NUMBER);
    // It is unbounded, but grows so slowly that no finite number shows it.
    assertThat(log.right().trend()).isEqualTo(Trend.UNSETTLED);
    assertThat(log.infimum().value()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(log.kinks().getFirst().x()).isEqualTo(0);
    assertThat(log.zeros()).containsExactly(1.0);
  }

  @Test
  void aMinimumAtAKinkIsTheKinks() {
    Portrait p = portrait(x -> x.sub(1.23456789).abs());
    assertThat(p.minimum().from()).isEqualTo(1.23456789);
    assertThat(p.minimum().place()).isEqualTo(Place.KINK);
    assertThat(p.minimum().value()).isEqualTo(0);
  }

  @Test
  void zerosAreFoundToTheDouble() {
    assertThat(portrait(x -> x.square().sub(2)).zeros())
        .hasSize(2)
        .allSatisfy(z -> assertThat(Math.abs(z)).isCloseTo(Math.sqrt(2), within(3e-16)));
  }

  @Test
  void convexityIsContradictedByCurvatureAndByKinksThatPointUp() {
    assertThat(portrait(Tensor::square).looksConvex()).isTrue();
    assertThat(portrait(Tensor::abs).looksConvex()).isTrue();
    assertThat(portrait(x -> x.abs().neg()).looksConvex()).isFalse();
    assertThat(portrait(Tensor::cos).looksConvex()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1,1,10", "2,1,10", "0,Infinity,10", "NaN,1,10", "0,1,2", "0,1,100000000"})
  void aLineThatIsNoneIsRefused(double from, double to, int points) {
    Curve curve = new Curve(DType.F64, 3, Tensor::tanh);
    assertThatThrownBy(() -> Portrait.of(curve, from, to, points))
        .isInstanceOf(EspalierException.class);
  }
}
