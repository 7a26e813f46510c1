package dev.espalier.api.tensor;

import static dev.espalier.api.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void aScalarHasNoAxesAndOneElement() {
    assertThat(Shape.of()).isSameAs(Shape.SCALAR);
    assertThat(Shape.SCALAR.rank()).isZero();
    assertThat(Shape.SCALAR.size()).isOne();
    assertThat(Shape.SCALAR.strides()).isEmpty();
    assertThat(Shape.SCALAR).hasToString("[]");
  }

  @Test
  void anEmptyExtentMakesTheSizeZeroWhateverTheOthers() {
    assertThat(Shape.of(Integer.MAX_VALUE, 0, Integer.MAX_VALUE).size()).isZero();
    assertThat(Shape.of(0).size()).isZero();
  }

  @Test
  void theSizeIsBoundedByTheLargestArrayOfTheMachine() {
    int largest = Integer.MAX_VALUE - 8;
    assertThat(Shape.of(largest).size()).isEqualTo(largest);
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> Shape.of(largest + 1));
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> Shape.of(1 << 16, 1 << 16));
    // The product is 0 modulo 2^64, so a check after multiplying would pass it.
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> Shape.of(1 << 16, 1 << 16, 1 << 16, 1 << 16));
  }

  @Test
  void aNegativeExtentIsRefusedEvenBesideAnEmptyOne() {
    assertThat(refusal(ErrorCode.BAD_ATTRIBUTE, () -> Shape.of(0, -1)).found())
        .contains("[0, -1]", "negative");
  }

  @Test
  void aNegativeAxisCountsFromTheEnd() {
    Shape shape = Shape.of(2, 3, 5);
    for (int axis = -3; axis < 3; axis++) {
      assertThat(shape.axis(axis)).isEqualTo(Math.floorMod(axis, 3));
      assertThat(shape.extent(axis)).isEqualTo(shape.extents()[Math.floorMod(axis, 3)]);
    }
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> shape.axis(3));
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> shape.axis(-4));
    assertThat(refusal(ErrorCode.BAD_ATTRIBUTE, () -> Shape.SCALAR.axis(0)).repair())
        .contains("scalar");
  }

  @Test
  void insertAndRemoveUndoEachOther() {
    Shape shape = Shape.of(2, 3, 5);
    for (int axis = 0; axis <= 3; axis++) {
      Shape more = shape.insert(axis, 7);
      assertThat(more.extent(axis)).isEqualTo(7);
      assertThat(more.remove(axis)).isEqualTo(shape);
    }
    assertThat(shape.insert(1, 7)).isEqualTo(Shape.of(2, 7, 3, 5));
    assertThat(shape.with(-1, 9)).isEqualTo(Shape.of(2, 3, 9));
    assertThat(shape.remove(-3)).isEqualTo(Shape.of(3, 5));
  }

  @Test
  void anAxisCanBeInsertedOnlyAtAPlaceThatThereIs() {
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> Shape.of(2).insert(2, 1));
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> Shape.of(2).insert(-1, 1));
  }

  @Test
  void sliceAndConcatUndoEachOther() {
    Shape shape = Shape.of(2, 3, 5);
    for (int at = 0; at <= 3; at++) {
      assertThat(shape.slice(0, at).concat(shape.slice(at, 3))).isEqualTo(shape);
    }
  }

  @Test
  void stridesAreThoseOfRowMajorOrder() {
    assertThat(Shape.of(2, 3, 5).strides()).containsExactly(15, 5, 1);
  }

  @Test
  void extentsAreCopiedInAndOut() {
    int[] extents = {2, 3};
    Shape shape = Shape.of(extents);
    extents[0] = 9;
    shape.extents()[1] = 9;
    assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3));
    assertThat(shape).isNotEqualTo(Shape.of(3, 2)).isNotEqualTo(Shape.of(2, 3, 1));
  }

  @Test
  void aTypeIsPrintedAsItIsWrittenInGraphs() {
    assertThat(TensorType.of(DType.F32, 3, 4)).hasToString("f32[3, 4]");
    assertThat(TensorType.of(DType.BOOL)).hasToString("bool[]");
  }

  @Test
  void aTypeKnowsItsBytes() {
    assertThat(TensorType.of(DType.F64, 3, 4).bytes()).isEqualTo(96);
    assertThat(TensorType.of(DType.I64, Integer.MAX_VALUE - 8).bytes())
        .isEqualTo(8L * (Integer.MAX_VALUE - 8));
    TensorType type = TensorType.of(DType.F32, 2);
    assertThat(type.withDType(DType.BF16)).isEqualTo(TensorType.of(DType.BF16, 2));
    assertThat(type.withShape(Shape.SCALAR)).isEqualTo(TensorType.of(DType.F32));
  }
}
