package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Loops that follow a convolution image by image have the bits of loops that follow it whole. */
final class ConvolutionChainsTest {
  private static final String CHAINED = "by images to";
  private static final int IMAGES = 19;
  private static final List<Integer> ONES = List.of(1, 1);
  private static final Convolution SAME = new Convolution(ONES, ONES, ONES, ONES, ONES, 1);
  private static final Convolution STRIDED =
      new Convolution(List.of(2, 2), ONES, ONES, ONES, ONES, 1);
  private static final Convolution DILATED =
      new Convolution(ONES, List.of(1, 1), List.of(2, 2), List.of(2, 2), ONES, 1);
  private static final Convolution GROUPS = new Convolution(ONES, ONES, ONES, ONES, ONES, 3);

  private static Tensor biased(Tensor z) {
    Tensor bias = z.constant(Cpu.random(9, z.shape().extent(1))).to(z.dtype());
    return z.add(bias.broadcast(z.shape(), 1)).relu();
  }

  private static Tensor rows(Tensor z) {
    int count = z.shape().extent(0) * z.shape().extent(1);
    Tensor rows = z.reshape(count, z.shape().size() / count);
    return rows.tanh().sub(rows.sum(1).broadcast(rows.shape(), 0));
  }

  static Stream<Arguments> chains() {
    UnaryOperator<Tensor> biased = ConvolutionChainsTest::biased;
    UnaryOperator<Tensor> rows = ConvolutionChainsTest::rows;
    List<Arguments> all = new ArrayList<>();
    for (DType type : List.of(DType.F32, DType.F64)) {
      all.add(Arguments.of("of elements", type, SAME, 9, 11, biased));
      all.add(Arguments.of("of rows", type, SAME, 8, 8, rows));
      all.add(Arguments.of("of rows of odd size", type, STRIDED, 13, 11, rows));
      all.add(Arguments.of("behind a dilated input", type, DILATED, 6, 7, biased));
      all.add(Arguments.of("behind groups", type, GROUPS, 33, 20, biased));
      all.add(Arguments.of("of images in several blocks", type, SAME, 33, 40, rows));
    }
    return all.stream();
  }

  private static List<NdArray> inputs(DType type, Convolution op, int height, int width) {
    int channels = 3;
    List<NdArray> floats =
        List.of(
            Cpu.random(1, IMAGES, channels, height, width),
            Cpu.random(2, 12, channels / op.groups(), 3, 3));
    return floats.stream().map(x -> Cpu.run1(t -> t.to(type), x)).toList();
  }

  @ParameterizedTest(name = "{1}, {0}")
  @MethodSource("chains")
  void aLoopThatFollowsImageByImageMakesTheSameBits(
      String name, DType type, Convolution op, int height, int width, UnaryOperator<Tensor> loop) {
    List<NdArray> in = inputs(type, op, height, width);
    NdArray whole = Cpu.run(in, x -> List.of(x.get(0).convolution(op, x.get(1)))).getFirst();
    NdArray expected = Cpu.run1(loop, whole);
    var alone = Cpu.graph(in, x -> List.of(loop.apply(x.get(0).convolution(op, x.get(1)))));
    var both =
        Cpu.graph(
            in,
            x -> {
              Tensor z = x.get(0).convolution(op, x.get(1));
              return List.of(z, loop.apply(z));
            });
    assertThat(Cpu.program(alone).listing()).contains(CHAINED);
    assertThat(Cpu.program(both).listing()).contains(CHAINED);
    for (int threads : new int[] {1, 2, 3}) {
      try (Backend backend = Cpu.open(threads)) {
        assertThat(Cpu.run(backend, alone, in).getFirst()).as(name).isEqualTo(expected);
        assertThat(Cpu.run(backend, both, in)).as(name).isEqualTo(List.of(whole, expected));
      }
    }
  }

  /** The convolution's own result is never in memory. */
  @Test
  void whatOnlyTheLoopReadsTakesNoMemory() {
    List<NdArray> in = inputs(DType.F32, SAME, 16, 16);
    var graph = Cpu.graph(in, x -> List.of(biased(x.get(0).convolution(SAME, x.get(1)))));
    long kernel = 4 * 12 * 27;
    assertThat(Cpu.program(graph).frameBytes()).isLessThan(16 * kernel);
  }

  /** A sum over all images is of parts that are no images; few images are too few tasks. */
  @Test
  void otherLoopsFollowWhenTheConvolutionIsDone() {
    List<NdArray> in = inputs(DType.F32, SAME, 16, 16);
    NdArray whole = Cpu.run(in, x -> List.of(x.get(0).convolution(SAME, x.get(1)))).getFirst();
    UnaryOperator<Tensor> total = z -> z.tanh().sum();
    UnaryOperator<Tensor> turned = z -> z.transpose(1, 0, 2, 3).tanh();
    for (UnaryOperator<Tensor> loop : List.of(total, turned)) {
      var graph = Cpu.graph(in, x -> List.of(loop.apply(x.get(0).convolution(SAME, x.get(1)))));
      assertThat(Cpu.program(graph).listing()).doesNotContain(CHAINED);
      assertThat(Cpu.run(in, x -> List.of(loop.apply(x.get(0).convolution(SAME, x.get(1))))))
          .isEqualTo(List.of(Cpu.run1(loop, whole)));
    }
    List<NdArray> few = List.of(Cpu.random(1, 2, 3, 64, 64), Cpu.random(2, 12, 3, 3, 3));
    var graph = Cpu.graph(few, x -> List.of(biased(x.get(0).convolution(SAME, x.get(1)))));
    assertThat(Cpu.program(graph).listing()).doesNotContain(CHAINED);
  }

  @Test
  void aLoopMayReadTheConvolutionsInputTooAndWritesNothingOverIt() {
    List<NdArray> in = List.of(Cpu.random(1, 18, 5, 10, 10), Cpu.random(2, 5, 5, 3, 3));
    NdArray whole = Cpu.run(in, x -> List.of(x.get(0).convolution(SAME, x.get(1)))).getFirst();
    NdArray expected =
        Cpu.run(List.of(in.get(0), whole), x -> List.of(x.get(0).exp().add(x.get(1)))).getFirst();
    NdArray chained =
        Cpu.run(
                in,
                x -> {
                  // Made inside, so that the step may take its memory.
                  Tensor made = x.get(0).neg().neg();
                  return List.of(made.exp().add(made.convolution(SAME, x.get(1))));
                })
            .getFirst();
    assertThat(chained).isEqualTo(expected);
  }
}
