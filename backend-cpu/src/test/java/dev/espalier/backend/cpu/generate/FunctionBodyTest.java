package dev.espalier.backend.cpu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.backend.cpu.generate.KernelText.Operation;
import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions that generated kernels take over from compiled block kernels. */
final class FunctionBodyTest {
  static List<Operation> functions() {
    return Stream.of(Operation.values()).filter(Operation::isFunction).toList();
  }

  @ParameterizedTest
  @MethodSource("functions")
  void aFunctionIsFlatCodeOfAsManyOperationsAsIsSaid(Operation function) {
    FunctionBody body = VectorCode.function(function);
    assertThat(Stream.concat(body.constants().stream(), body.instructions().stream()))
        .noneMatch((Instruction instruction) -> instruction instanceof BranchInstruction);
    assertThat(body.operations()).isEqualTo(function.operations());
    assertThat(body.constants()).isNotEmpty();
  }
}
