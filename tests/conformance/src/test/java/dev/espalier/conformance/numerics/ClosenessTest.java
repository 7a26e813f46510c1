package dev.espalier.conformance.numerics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosenessTest {
  private static final Bound TWO_ULP = new Bound(2, 0, "test");

  @Test
  void neighboursAreOneUlpApartInEveryFloatType() {
    assertThat(Ulp.distance(DType.F32, 1, Math.nextUp(1f))).isEqualTo(1);
    assertThat(Ulp.distance(DType.F64, 1, Math.nextUp(1.0))).isEqualTo(1);
    assertThat(Ulp.distance(DType.BF16, 1, 1 + 0x1p-7)).isEqualTo(1);
    assertThat(Ulp.distance(DType.F16, 1, 1 + 0x1p-10)).isEqualTo(1);
  }

  @Test
  void theDistanceGoesThroughZero() {
    assertThat(Ulp.distance(DType.F32, 0.0, -0.0)).isZero();
    assertThat(Ulp.distance(DType.F32, Float.MIN_VALUE, -Float.MIN_VALUE)).isEqualTo(2);
    assertThat(Ulp.distance(DType.F64, Double.MAX_VALUE, Double.POSITIVE_INFINITY)).isEqualTo(1);
    assertThat(Ulp.distance(DType.F64, -Double.MAX_VALUE, Double.MAX_VALUE)).isGreaterThan(1e18);
  }

  @Test
  void notANumberMatchesOnlyItself() {
    assertThat(Ulp.distance(DType.F64, Double.NaN, Double.NaN)).isZero();
    assertThat(Ulp.distance(DType.F64, Double.NaN, 0)).isInfinite();
    NdArray nan = NdArray.of(new float[] {Float.NaN}, 1);
    Bound wide = new Bound(10, 1e9, "test");
    assertThat(Closeness.compare(nan, NdArray.of(new float[] {0}, 1), wide).holds()).isFalse();
    assertThat(Closeness.compare(nan, nan, Bound.EXACT).holds()).isTrue();
  }

  @Test
  void theFiveWorstAreShownWithBothValuesAndTheBound() {
    float[] found = new float[8];
    float[] expected = new float[8];
    for (int i = 0; i < 8; i++) {
      expected[i] = 1;
      found[i] = 1 + i * Math.ulp(1f);
    }
    Closeness.Report report =
        Closeness.compare(NdArray.of(found, 8), NdArray.of(expected, 8), TWO_ULP);
    assertThat(report.outside()).isEqualTo(5);
    assertThat(report.worst()).hasSize(5);
    assertThat(report.worst().getFirst().index()).isEqualTo(7);
    assertThat(report.toString()).contains("expected 1.0", "2.0 ulp", "7.000 ulp apart");
  }

  @Test
  void integersMatchExactlyWhateverTheBound() {
    NdArray x = NdArray.of(new long[] {1L << 53}, 1);
    NdArray y = NdArray.of(new long[] {(1L << 53) + 1}, 1);
    assertThat(Closeness.compare(x, y, new Bound(100, 100, "test")).holds()).isFalse();
  }

  @Test
  void anotherShapeOrKindOfTypeIsAProblem() {
    NdArray x = NdArray.of(new float[2], 2);
    assertThat(Closeness.compare(x, NdArray.of(new float[2], 1, 2), TWO_ULP).holds()).isFalse();
    assertThat(Closeness.compare(x, NdArray.of(new int[2], 2), TWO_ULP).holds()).isFalse();
    assertThat(Closeness.compare(x, NdArray.of(new double[2], 2), TWO_ULP).holds()).isTrue();
  }

  @Test
  void everyCaseHasABoundForEveryFloatType() {
    Tolerances tolerances = Tolerances.standard();
    for (OpCase c : OpCases.all()) {
      for (DType dtype : DType.values()) {
        assertThat(tolerances.of(c.op(), dtype).ulp()).isGreaterThanOrEqualTo(0);
      }
    }
  }

  @Test
  void aBrokenLineOfTolerancesIsRefused() {
    String header = "op,dtype,ulp,absolute,reason";
    for (String line : List.of("exp,f32,1", "exp,f32,x,0,r", "exp,f32,-1,0,r", "exp,f32,NaN,0,r")) {
      assertThatThrownBy(() -> Tolerances.parse(List.of(header, line)))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining(line);
    }
    String twice = "exp,f32,1,0,r";
    assertThatThrownBy(() -> Tolerances.parse(List.of(header, twice, twice)))
        .hasMessageContaining("twice");
  }
}
