package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SharedProgramsTest {
  private static final TensorType FIVE = TensorType.of(DType.F32, 5);

  private final CpuBackend backend =
      (CpuBackend) new CpuBackendProvider().open(Map.of("threads", "2"));

  @AfterEach
  void close() {
    backend.close();
  }

  private static Graph plus(String name, double constant, TensorType type) {
    return Graph.trace(name, List.of(type), v -> List.of(v.getFirst().add(constant).tanh()));
  }

  private List<NdArray> run(Executable executable, NdArray input) {
    try (BufferScope scope = backend.openScope()) {
      List<Buffer> out = executable.outputTypes().stream().map(scope::allocate).toList();
      executable.run(List.of(scope.upload(input)), out);
      return out.stream().map(Buffer::read).toList();
    }
  }

  @Test
  void graphsThatDifferInNamesAloneShareAProgramAndGiveTheSameBits() {
    NdArray x = NdArray.wrap(FIVE, new float[] {-1, -0f, 0.3f, Float.NaN, 5});
    try (Executable one = backend.compile(plus("one", 0.5, FIVE));
        Executable two = backend.compile(plus("two", 0.5, FIVE))) {
      assertThat(backend.programCount()).isEqualTo(1);
      assertThat(run(two, x)).isEqualTo(run(one, x));
      assertThat(one.listing()).startsWith("one: ");
      assertThat(two.listing()).startsWith("two: ");
      assertThat(two.listing().substring(3)).isEqualTo(one.listing().substring(3));
    }
  }

  @Test
  void anotherConstantOrTypeIsAnotherProgram() {
    NdArray zeros = NdArray.wrap(FIVE, new float[5]);
    try (Executable positive = backend.compile(plus("f", 0.0, FIVE));
        Executable negative = backend.compile(plus("f", -0.0, FIVE));
        Executable half = backend.compile(plus("f", 0.5, FIVE));
        Executable longer = backend.compile(plus("f", 0.5, TensorType.of(DType.F32, 6)));
        Executable wider = backend.compile(plus("f", 0.5, TensorType.of(DType.F64, 5)))) {
      assertThat(backend.programCount()).isEqualTo(5);
      NdArray minus = NdArray.wrap(FIVE, new float[] {-0f, -0f, -0f, -0f, -0f});
      assertThat(run(positive, minus)).isEqualTo(List.of(zeros));
      assertThat(run(negative, minus)).isEqualTo(List.of(minus));
      assertThat(run(half, zeros)).isNotEqualTo(List.of(zeros));
      assertThat(longer.outputTypes()).containsExactly(TensorType.of(DType.F32, 6));
      assertThat(wider.outputTypes()).containsExactly(TensorType.of(DType.F64, 5));
    }
  }

  @Test
  void aProgramGoesWithTheLastExecutableThatUsesIt() {
    Executable one = backend.compile(plus("f", 0.5, FIVE));
    Executable two = backend.compile(plus("f", 0.5, FIVE));
    one.close();
    one.close();
    assertThat(backend.programCount()).isEqualTo(1);
    assertThat(run(two, NdArray.wrap(FIVE, new float[5]))).hasSize(1);
    two.close();
    assertThat(backend.programCount()).isZero();
    assertThat(backend.openCount()).isZero();
  }

  @Test
  void aClosedBackendHoldsNoProgram() {
    try (Executable left = backend.compile(plus("f", 0.5, FIVE))) {
      assertThat(left.inputTypes()).containsExactly(FIVE);
      backend.close();
      assertThat(backend.programCount()).isZero();
    }
  }
}
