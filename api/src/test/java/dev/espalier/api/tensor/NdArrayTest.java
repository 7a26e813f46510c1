package dev.espalier.api.tensor;

import static dev.espalier.api.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NdArrayTest {
  private static final Map<DType, Class<?>> STORAGE =
      Map.of(
          DType.F32, float[].class,
          DType.F64, double[].class,
          DType.BF16, short[].class,
          DType.F16, short[].class,
          DType.I32, int[].class,
          DType.I64, long[].class,
          DType.BOOL, byte[].class);

  @ParameterizedTest
  @EnumSource
  void everyTypeHasItsStorageClassAndWrapsNoOther(DType dtype) {
    TensorType type = TensorType.of(dtype, 3);
    assertThat(NdArray.allocate(type)).isInstanceOf(STORAGE.get(dtype));
    for (DType other : DType.values()) {
      Object storage = NdArray.allocate(TensorType.of(other, 3));
      if (STORAGE.get(other) == STORAGE.get(dtype)) {
        assertThat(NdArray.wrap(type, storage).storage()).isSameAs(storage);
      } else {
        assertThat(refusal(ErrorCode.TYPE_MISMATCH, () -> NdArray.wrap(type, storage)).found())
            .isEqualTo(storage.getClass().getSimpleName());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void storageOfAnotherLengthIsNotWrapped(DType dtype) {
    TensorType type = TensorType.of(dtype, 2, 2);
    for (int length : new int[] {0, 3, 5}) {
      Object storage = NdArray.allocate(TensorType.of(dtype, length));
      assertThat(refusal(ErrorCode.TYPE_MISMATCH, () -> NdArray.wrap(type, storage)).found())
          .startsWith(length + " elements");
    }
  }

  @Test
  void anythingButAnArrayIsNotWrapped() {
    refusal(ErrorCode.TYPE_MISMATCH, () -> NdArray.wrap(TensorType.of(DType.F32), "1"));
    // An empty type must not accept storage of a wrong class for having no elements.
    refusal(ErrorCode.TYPE_MISMATCH, () -> NdArray.wrap(TensorType.of(DType.F32, 0), new int[0]));
  }

  @Test
  void valuesAreCopiedInAndOut() {
    float[] values = {1, 2};
    NdArray array = NdArray.of(values, 2);
    values[0] = 9;
    array.toFloats()[1] = 9;
    assertThat(array).isEqualTo(NdArray.of(new float[] {1, 2}, 2));
  }

  @Test
  void equalityIsOfBits() {
    NdArray zero = NdArray.of(new float[] {0f});
    NdArray negativeZero = NdArray.of(new float[] {-0f});
    NdArray nan = NdArray.of(new float[] {Float.intBitsToFloat(0x7fc00000)});
    NdArray otherNan = NdArray.of(new float[] {Float.intBitsToFloat(0x7fc00001)});
    assertThat(zero).isNotEqualTo(negativeZero).isEqualTo(NdArray.of(new float[] {0f}));
    assertThat(nan).isEqualTo(NdArray.of(new float[] {Float.NaN})).isNotEqualTo(otherNan);
    assertThat(NdArray.of(new double[] {0})).isNotEqualTo(NdArray.of(new double[] {-0.0}));
    assertThat(NdArray.of(new double[] {Double.longBitsToDouble(0x7ff8000000000001L)}))
        .isNotEqualTo(NdArray.of(new double[] {Double.NaN}));
  }

  @ParameterizedTest
  @EnumSource
  void equalArraysHaveEqualHashesAndTypesCount(DType dtype) {
    TensorType type = TensorType.of(dtype, 2, 1);
    NdArray array = NdArray.filled(type, 1);
    assertThat(array)
        .isEqualTo(NdArray.filled(type, 1))
        .hasSameHashCodeAs(NdArray.filled(type, 1))
        .isNotEqualTo(NdArray.filled(type, 0))
        .isNotEqualTo(array.reshape(1, 2));
    for (DType other : DType.values()) {
      if (other != dtype) {
        assertThat(array).isNotEqualTo(NdArray.filled(type.withDType(other), 1));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void filledAndScalarRoundAsConversionDoes(DType dtype) {
    for (double value :
        new double[] {
          0, -0.0, 1, -1, 2.5, 0.1, 1e30, -1e300, Double.NaN, Double.NEGATIVE_INFINITY, 1e-46
        }) {
      NdArray converted = NdArray.of(new double[] {value}).convert(dtype);
      assertThat(NdArray.scalar(dtype, value)).isEqualTo(converted.reshape());
      assertThat(NdArray.filled(TensorType.of(dtype, 1), value)).isEqualTo(converted.reshape(1));
    }
  }

  @Test
  void floatsBecomeIntegersAsByAJavaCast() {
    double[] values = {
      0.9,
      -0.9,
      2.5,
      -2.5,
      3e9,
      -3e9,
      1e19,
      -1e19,
      Double.NaN,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    NdArray array = NdArray.of(values, values.length);
    NdArray ints = array.convert(DType.I32);
    NdArray longs = array.convert(DType.I64);
    for (int i = 0; i < values.length; i++) {
      assertThat(ints.getLong(i)).isEqualTo((int) values[i]);
      assertThat(longs.getLong(i)).isEqualTo((long) values[i]);
      assertThat(array.getLong(i)).isEqualTo((long) values[i]);
    }
    assertThat(array.toLongs()).isEqualTo(longs.storage());
  }

  @Test
  void longsKeepTheirLowBitsAsIntegers() {
    long[] values = {0x1_2345_6789L, -1, Long.MIN_VALUE, 0xffff_ffffL};
    assertThat(NdArray.of(values, 4).convert(DType.I32))
        .isEqualTo(NdArray.of(new int[] {0x2345_6789, -1, 0, -1}, 4));
    assertThat(NdArray.of(new int[] {-7}, 1).convert(DType.I64))
        .isEqualTo(NdArray.of(new long[] {-7}, 1));
  }

  @Test
  void anythingButZeroBecomesTrue() {
    double[] values = {0, -0.0, 0.5, Double.NaN, Double.MIN_VALUE};
    assertThat(NdArray.of(values, 5).convert(DType.BOOL))
        .isEqualTo(NdArray.of(new boolean[] {false, false, true, true, true}, 5));
    assertThat(NdArray.of(new long[] {1L << 60}).convert(DType.BOOL).getLong(0)).isOne();
    assertThat(NdArray.of(new boolean[] {true, false}, 2).toDoubles()).containsExactly(1, 0);
  }

  @Test
  void conversionToTheSameTypeIsTheSameArray() {
    NdArray array = NdArray.of(new int[] {1, 2}, 2);
    assertThat(array.convert(DType.I32)).isSameAs(array);
  }

  @Test
  void reshapeKeepsTheElementsAndTheirNumber() {
    NdArray array = NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3);
    assertThat(array.reshape(3, 2).storage()).isEqualTo(array.storage());
    refusal(ErrorCode.TYPE_MISMATCH, () -> array.reshape(4));
  }

  @Test
  void theTextShowsTypeAndFirstEightElements() {
    assertThat(NdArray.of(new float[] {0.1f, -0f}, 2)).hasToString("f32[2] {0.1, -0.0}");
    assertThat(NdArray.of(new boolean[] {true})).hasToString("bool[] {true}");
    assertThat(NdArray.of(new long[] {Long.MAX_VALUE})).hasToString("i64[] {9223372036854775807}");
    assertThat(NdArray.scalar(DType.BF16, 0.1)).hasToString("bf16[] {0.100097656}");
    assertThat(NdArray.filled(TensorType.of(DType.I32, 9), 1))
        .hasToString("i32[9] {1, 1, 1, 1, 1, 1, 1, 1, ...}");
    assertThat(NdArray.filled(TensorType.of(DType.F64, 0), 1)).hasToString("f64[0] {}");
  }

  @Test
  void longsBecomeFloatsInOneRounding() {
    long[] values = {(1L << 60) + (1L << 36) + 1, Long.MAX_VALUE, -(1L << 60) - (1L << 36) - 1};
    List<Float> expected = List.of((float) values[0], (float) values[1], (float) values[2]);
    assertThat(NdArray.of(values, 3).toFloats()).containsExactly(expected.toArray(Float[]::new));
    assertThat(NdArray.of(values, 3).convert(DType.F32).toFloats())
        .containsExactly(expected.toArray(Float[]::new));
  }
}
