package dev.espalier.backend.cpu.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.backend.cpu.generate.KernelText.ElementType;
import dev.espalier.backend.cpu.generate.KernelText.Operation;
import java.lang.classfile.instruction.BranchInstruction;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Functions that generated kernels take over from compiled block kernels. */
final class FunctionBodyTest {
  private static final Set<Operation> FUNCTIONS =
      EnumSet.range(Operation.EXP, Operation.values()[Operation.values().length - 1]);

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void aFunctionIsFlatCodeOfAsManyOperationsAsIsSaid(ElementType type) {
    assertThat(FUNCTIONS).contains(Operation.ERFC);
    for (Operation function : FUNCTIONS) {
      FunctionBody body = VectorCode.function(function, type);
      assertThat(body.instructions()).noneMatch(i -> i instanceof BranchInstruction);
      assertThat(body.operations())
          .as("operations of %s of %s", function, type)
          .isEqualTo(function.operations(type));
    }
  }
}
