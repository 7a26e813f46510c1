package dev.espalier.api.tensor;

import static dev.espalier.api.Refusals.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
  private static TensorType f32(int... extents) {
    return TensorType.of(DType.F32, extents);
  }

  private static TensorType of(
      TensorType x, TensorType y, BiFunction<Tensor, Tensor, Tensor> function) {
    return Graph.trace("t", List.of(x, y), in -> List.of(function.apply(in.get(0), in.get(1))))
        .verify()
        .outputTypes()
        .getFirst();
  }

  private static TensorType of(TensorType x, Function<Tensor, Tensor> function) {
    return of(x, x, (a, b) -> function.apply(a));
  }

  /** A mistake that users make; the refusal is the golden file of the constant's name. */
  @SuppressWarnings("ImmutableEnumChecker") // Types and functions without state.
  enum Mistake {
    ADD_SHAPES(f32(3, 4), f32(4), Tensor::add),
    ADD_ELEMENT_TYPES(f32(3), TensorType.of(DType.F64, 3), Tensor::add),
    COMPARE_SHAPES(f32(3, 4), f32(4), Tensor::lt),
    SUM_AXIS(f32(3, 4), f32(), (x, y) -> x.sum(2)),
    MATMUL_INNER(f32(2, 3), f32(4, 5), Tensor::matmul),
    MATMUL_RANK(f32(2, 3), f32(3), Tensor::matmul),
    RESHAPE_SIZE(f32(2, 3), f32(), (x, y) -> x.reshape(4)),
    TAKE_FLOAT_INDICES(f32(3), f32(2), (x, y) -> x.take(y, 0)),
    EXP_OF_INTEGERS(TensorType.of(DType.I32, 2), f32(), (x, y) -> x.exp()),
    SLICE_LIMIT(f32(2, 3), f32(), (x, y) -> x.slice(1, 0, 4)),
    SELECT_CONDITION(f32(2), f32(2), (x, y) -> x.select(x, y)),
    BROADCAST_LIKE(f32(3), f32(3, 4), Tensor::broadcastLike),
    EXPAND_DIMS_AXIS(f32(3), f32(), (x, y) -> x.expandDims(3));

    final TensorType x;
    final TensorType y;
    final BiFunction<Tensor, Tensor, Tensor> function;

    Mistake(TensorType x, TensorType y, BiFunction<Tensor, Tensor, Tensor> function) {
      this.x = x;
      this.y = y;
      this.function = function;
    }

    String message() {
      EspalierException e = catchThrowableOfType(EspalierException.class, () -> of(x, y, function));
      return Objects.requireNonNull(e).getMessage() + "\n";
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMistakeIsExplained(Mistake mistake) throws IOException {
    String name = mistake.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".txt";
    try (InputStream in = TensorTest.class.getResourceAsStream("/golden/" + name)) {
      assertThat(mistake.message())
          .isEqualTo(new String(Objects.requireNonNull(in).readAllBytes(), UTF_8));
    }
  }

  @Test
  void broadcastLikeMatchesTrailingAxes() {
    for (TensorType x : List.of(f32(), f32(4), f32(1), f32(3, 4), f32(3, 1), f32(1, 1, 4))) {
      assertThat(of(x, f32(2, 3, 4), Tensor::broadcastLike)).isEqualTo(f32(2, 3, 4));
    }
    for (TensorType x : List.of(f32(3), f32(2, 3), f32(4, 1, 1), f32(1, 2, 3, 4))) {
      refusal(ErrorCode.BAD_ATTRIBUTE, () -> of(x, f32(2, 3, 4), Tensor::broadcastLike));
    }
    assertThat(of(f32(1, 4), f32(1, 4), Tensor::broadcastLike)).isEqualTo(f32(1, 4));
  }

  @Test
  void broadcastPutsAxesWhereItIsTold() {
    assertThat(of(f32(2), x -> x.broadcast(Shape.of(2, 3), 0))).isEqualTo(f32(2, 3));
    assertThat(of(f32(3), x -> x.broadcast(Shape.of(2, 3)))).isEqualTo(f32(2, 3));
    // The shape is the same already, but the order asked for is another one.
    refusal(ErrorCode.BAD_ATTRIBUTE, () -> of(f32(2, 2), x -> x.broadcast(Shape.of(2, 2), 1, 0)));
  }

  @Test
  void matmulTakesMatricesBatchesAndOneMatrixForAll() {
    assertThat(of(f32(2, 3), f32(3, 4), Tensor::matmul)).isEqualTo(f32(2, 4));
    assertThat(of(f32(3), f32(3, 4), Tensor::matmul)).isEqualTo(f32(4));
    assertThat(of(f32(7, 5, 2, 3), f32(3, 4), Tensor::matmul)).isEqualTo(f32(7, 5, 2, 4));
    assertThat(of(f32(7, 2, 3), f32(7, 3, 4), Tensor::matmul)).isEqualTo(f32(7, 2, 4));
    refusal(ErrorCode.TYPE_MISMATCH, () -> of(f32(7, 2, 3), f32(6, 3, 4), Tensor::matmul));
    refusal(ErrorCode.TYPE_MISMATCH, () -> of(f32(2, 3), f32(7, 3, 4), Tensor::matmul));
    refusal(ErrorCode.TYPE_MISMATCH, () -> of(f32(), f32(3, 4), Tensor::matmul));
  }

  @Test
  void compositionsHaveTheirShapes() {
    TensorType x = f32(2, 3, 4);
    assertThat(of(x, t -> t.mean())).isEqualTo(f32());
    assertThat(of(x, t -> t.mean(-1, 0))).isEqualTo(f32(3));
    assertThat(of(x, t -> t.softmax(1))).isEqualTo(x);
    assertThat(of(x, t -> t.logSumExp(1))).isEqualTo(f32(2, 4));
    assertThat(of(x, t -> t.sum(1).spread(t.shape(), 1))).isEqualTo(x);
    assertThat(of(x, t -> t.transpose())).isEqualTo(f32(4, 3, 2));
    assertThat(of(x, t -> t.swapAxes(0, -1))).isEqualTo(f32(4, 3, 2));
    assertThat(of(x, t -> t.expandDims(-1))).isEqualTo(f32(2, 3, 4, 1));
    assertThat(of(x, t -> t.at(1, 2))).isEqualTo(f32(2, 4));
    assertThat(of(x, t -> t.argSort(1, true))).isEqualTo(TensorType.of(DType.I32, 2, 3, 4));
    assertThat(of(x, t -> t.argMax(-1).oneHot(4, DType.F64)))
        .isEqualTo(TensorType.of(DType.F64, 2, 3, 4));
    assertThat(of(x, t -> t.pad(0, 1, 2, 0))).isEqualTo(f32(5, 3, 4));
  }

  @Test
  void whatChangesNothingRecordsNothing() {
    Graph graph =
        Graph.trace(
            "t",
            List.of(f32(2, 3)),
            in -> {
              Tensor x = in.getFirst();
              return List.of(
                  x.to(DType.F32)
                      .reshape(2, 3)
                      .transpose(0, 1)
                      .broadcast(Shape.of(2, 3))
                      .broadcastLike(x));
            });
    assertThat(graph.nodes()).isEmpty();
  }
}
