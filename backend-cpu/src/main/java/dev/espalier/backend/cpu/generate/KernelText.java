package dev.espalier.backend.cpu.generate;

import dev.espalier.backend.cpu.kernel.VectorLanes;
import java.util.List;

/**
 * A straight piece of a fused loop: what is read for each element, what is computed of it in order,
 * and which of that is written. Pieces that are equal share one class.
 *
 * <p>Values are numbered: first the operands, then the results of the instructions.
 *
 * @param type the element type of all that is no mask
 * @param operands what is read
 * @param instructions what is computed
 * @param outputs the numbers of the values that are written
 */
public record KernelText(
    ElementType type,
    List<Operand> operands,
    List<Instruction> instructions,
    List<Integer> outputs) {
  public KernelText {
    operands = List.copyOf(operands);
    instructions = List.copyOf(instructions);
    outputs = List.copyOf(outputs);
  }

  /** The element types that kernels are generated for. */
  public enum ElementType {
    /** F32. */
    FLOAT(VectorLanes.FLOATS, VectorLanes.HAS_BYTES),
    /** F64. */
    DOUBLE(VectorLanes.DOUBLES, false);

    private final int lanes;
    private final boolean masksInMemory;

    ElementType(int lanes, boolean masksInMemory) {
      this.lanes = lanes;
      this.masksInMemory = masksInMemory;
    }

    /** Elements of a vector. */
    public int lanes() {
      return lanes;
    }

    /** Whether masks can be read and written. */
    public boolean hasMasksInMemory() {
      return masksInMemory;
    }
  }

  /** How an operand is read. */
  public enum Operand {
    /** A number for each element. */
    ELEMENTS,
    /** A byte for each element, 0 or 1. */
    MASKS,
    /** One number for all elements. */
    SCALAR,
    /** A number for each row. */
    ROWS,
    /** A number for each column. */
    COLUMNS
  }

  /** What an instruction does. */
  public enum Operation {
    /** {@code -x}. */
    NEG,
    /** {@code |x|}. */
    ABS,
    /** The square root. */
    SQRT,
    /** {@code 1 / sqrt(x)}, in two roundings. */
    RSQRT,
    /** {@code x + y}. */
    ADD,
    /** {@code x - y}. */
    SUB,
    /** {@code x * y}. */
    MUL,
    /** {@code x / y}. */
    DIV,
    /** The larger. */
    MAX,
    /** The smaller. */
    MIN,
    /** {@code x == y}, a mask. */
    EQ,
    /** {@code x != y}, a mask. */
    NE,
    /** {@code x < y}, a mask. */
    LT,
    /** {@code x <= y}, a mask. */
    LE,
    /** {@code x > y}, a mask. */
    GT,
    /** {@code x >= y}, a mask. */
    GE,
    /** Both masks. */
    AND,
    /** Either mask. */
    OR,
    /** Not the mask. */
    NOT,
    /** {@code c ? x : y} for a mask c. */
    SELECT,
    /** {@code e^x}. */
    EXP(20),
    /** {@code e^x - 1}. */
    EXPM1(22),
    /** {@code 1 / (1 + e^-x)}. */
    LOGISTIC(24),
    /** The hyperbolic tangent. */
    TANH(23),
    /** The natural logarithm. */
    LOG(33),
    /** {@code ln(1 + x)}. */
    LOG1P(38),
    /** The error function. */
    ERF(20),
    /** The complementary error function. */
    ERFC(31);

    private final int operations;

    Operation() {
      this(1);
    }

    Operation(int operations) {
      this.operations = operations;
    }

    /** Of how many operations on vectors it is made. */
    public int operations() {
      return operations;
    }

    /** Whether it is an elementary function of floats, which is made of several operations. */
    public boolean isFunction() {
      return operations > 1;
    }

    /** Whether the result is a mask. */
    public boolean givesMask() {
      return switch (this) {
        case EQ, NE, LT, LE, GT, GE, AND, OR, NOT -> true;
        default -> false;
      };
    }
  }

  /**
   * An instruction.
   *
   * @param operation what is done
   * @param arguments the numbers of the values it is done with
   */
  public record Instruction(Operation operation, List<Integer> arguments) {
    public Instruction {
      arguments = List.copyOf(arguments);
    }
  }

  /** Whether a value is a mask. */
  public boolean isMask(int value) {
    return value < operands.size()
        ? operands.get(value) == Operand.MASKS
        : instructions.get(value - operands.size()).operation().givesMask();
  }

  /** Whether the elements are taken row by row. */
  boolean hasRows() {
    return operands.contains(Operand.ROWS) || operands.contains(Operand.COLUMNS);
  }
}
