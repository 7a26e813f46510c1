package dev.espalier.backend.cpu.generate;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_double;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import dev.espalier.backend.cpu.generate.KernelText.ElementType;
import dev.espalier.backend.cpu.generate.KernelText.Operation;
import dev.espalier.backend.cpu.kernel.FirstLanes;
import dev.espalier.backend.cpu.kernel.FloatErrorFunctions;
import dev.espalier.backend.cpu.kernel.FloatExponentials;
import dev.espalier.backend.cpu.kernel.FloatLogarithms;
import dev.espalier.backend.cpu.kernel.VectorLanes;
import java.lang.classfile.CodeBuilder;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The instructions of the Vector API that kernels of one element type are made of. */
final class VectorCode {
  private static final String API = "jdk.incubator.vector.";
  private static final ClassDesc VECTOR = ClassDesc.of(API + "Vector");
  private static final ClassDesc MASK = ClassDesc.of(API + "VectorMask");
  static final ClassDesc SPECIES = ClassDesc.of(API + "VectorSpecies");
  private static final ClassDesc BYTES = ClassDesc.of(API + "ByteVector");
  private static final ClassDesc OPERATORS = ClassDesc.of(API + "VectorOperators");
  private static final ClassDesc COMPARISON = OPERATORS.nested("Comparison");
  private static final ClassDesc FIRST_LANES = ClassDesc.of(FirstLanes.class.getName());
  private static final ClassDesc LANES = ClassDesc.of(VectorLanes.class.getName());

  private final CodeBuilder code;
  private final Map<Operation, Prepared> functions = new EnumMap<>(Operation.class);
  private final boolean isDouble;
  private final ClassDesc element;
  private final ClassDesc array;
  private final ClassDesc type;

  /**
   * A function whose constants are in locals.
   *
   * @param body what it does with a vector
   * @param constants the locals by those of the block kernel
   */
  private record Prepared(FunctionBody body, Map<Integer, Integer> constants) {}

  VectorCode(CodeBuilder code, ElementType elements) {
    this.code = code;
    this.isDouble = elements == ElementType.DOUBLE;
    this.element = isDouble ? CD_double : CD_float;
    this.array = element.arrayType();
    this.type = ClassDesc.of(API + (isDouble ? "DoubleVector" : "FloatVector"));
  }

  /** The class of arrays of elements. */
  ClassDesc array() {
    return array;
  }

  /** Pushes the species. */
  void species() {
    code.getstatic(type, "SPECIES_PREFERRED", SPECIES);
  }

  private void byteSpecies() {
    code.getstatic(LANES, "BYTES", SPECIES);
  }

  /** Pushes the mask of the lanes from j on that are below the bound, both of them locals. */
  void rangeMask(int j, int bound) {
    code.iload(bound).iload(j).isub();
    code.invokestatic(
        FIRST_LANES, isDouble ? "doubles" : "floats", MethodTypeDesc.of(MASK, CD_int));
  }

  /** Pushes a vector of the element at an index. */
  void broadcast(int arrayLocal, Runnable index) {
    species();
    code.aload(arrayLocal);
    index.run();
    if (isDouble) {
      code.daload();
    } else {
      code.faload();
    }
    code.invokestatic(type, "broadcast", MethodTypeDesc.of(type, SPECIES, element));
  }

  /** Pushes the elements from an index on, those of a mask where there is one. */
  void load(int arrayLocal, Runnable index, int mask) {
    species();
    code.aload(arrayLocal);
    index.run();
    if (mask < 0) {
      code.invokestatic(type, "fromArray", MethodTypeDesc.of(type, SPECIES, array, CD_int));
    } else {
      code.aload(mask);
      code.invokestatic(type, "fromArray", MethodTypeDesc.of(type, SPECIES, array, CD_int, MASK));
    }
  }

  /** Stores a vector from an index on. */
  void store(int vector, int arrayLocal, Runnable index, int mask) {
    code.aload(vector).aload(arrayLocal);
    index.run();
    if (mask < 0) {
      code.invokevirtual(
          type, "intoArray", MethodTypeDesc.ofDescriptor("(" + array.descriptorString() + "I)V"));
    } else {
      code.aload(mask);
      code.invokevirtual(
          type,
          "intoArray",
          MethodTypeDesc.ofDescriptor(
              "(" + array.descriptorString() + "I" + MASK.descriptorString() + ")V"));
    }
  }

  /** Pushes a mask of the bytes from an index on that are not 0. */
  void loadMask(int arrayLocal, Runnable index, int mask) {
    byteSpecies();
    code.aload(arrayLocal);
    index.run();
    ClassDesc bytes = CD_byte.arrayType();
    if (mask < 0) {
      code.invokestatic(BYTES, "fromArray", MethodTypeDesc.of(BYTES, SPECIES, bytes, CD_int));
    } else {
      byteMask(mask);
      code.invokestatic(BYTES, "fromArray", MethodTypeDesc.of(BYTES, SPECIES, bytes, CD_int, MASK));
    }
    code.getstatic(OPERATORS, "NE", COMPARISON);
    code.iconst_0();
    code.invokevirtual(BYTES, "compare", MethodTypeDesc.of(MASK, COMPARISON, CD_byte));
    species();
    code.invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES));
  }

  /** Stores a mask as bytes from an index on. */
  void storeMask(int value, int arrayLocal, Runnable index, int mask) {
    byteSpecies();
    code.invokestatic(BYTES, "zero", MethodTypeDesc.of(BYTES, SPECIES));
    code.iconst_1();
    byteMask(value);
    code.invokevirtual(BYTES, "blend", MethodTypeDesc.of(BYTES, CD_byte, MASK));
    code.aload(arrayLocal);
    index.run();
    if (mask < 0) {
      code.invokevirtual(BYTES, "intoArray", MethodTypeDesc.ofDescriptor("([BI)V"));
    } else {
      byteMask(mask);
      code.invokevirtual(
          BYTES, "intoArray", MethodTypeDesc.ofDescriptor("([BI" + MASK.descriptorString() + ")V"));
    }
  }

  private void byteMask(int mask) {
    code.aload(mask);
    byteSpecies();
    code.invokevirtual(MASK, "cast", MethodTypeDesc.of(MASK, SPECIES));
  }

  /** Pushes what an operation makes of values in locals. */
  void apply(Operation operation, int... x) {
    switch (operation) {
      case NEG -> unary("neg", x);
      case ABS -> unary("abs", x);
      case SQRT -> unary("sqrt", x);
      case RSQRT -> {
        species();
        if (isDouble) {
          code.dconst_1();
        } else {
          code.fconst_1();
        }
        code.invokestatic(type, "broadcast", MethodTypeDesc.of(type, SPECIES, element));
        unary("sqrt", x);
        code.invokevirtual(type, "div", MethodTypeDesc.of(type, VECTOR));
      }
      case ADD -> binary("add", x);
      case SUB -> binary("sub", x);
      case MUL -> binary("mul", x);
      case DIV -> binary("div", x);
      case MAX -> binary("max", x);
      case MIN -> binary("min", x);
      case EQ, NE, LT, LE, GT, GE -> {
        code.aload(x[0]);
        code.getstatic(OPERATORS, operation.name(), COMPARISON);
        code.aload(x[1]);
        code.invokevirtual(type, "compare", MethodTypeDesc.of(MASK, COMPARISON, VECTOR));
      }
      case AND -> mask("and", x);
      case OR -> mask("or", x);
      case NOT -> {
        code.aload(x[0]);
        code.invokevirtual(MASK, "not", MethodTypeDesc.of(MASK));
      }
      case SELECT -> {
        code.aload(x[2]).aload(x[1]).aload(x[0]);
        code.invokevirtual(type, "blend", MethodTypeDesc.of(type, VECTOR, MASK));
      }
      case EXP, EXPM1, LOGISTIC, TANH, LOG, LOG1P, ERF, ERFC ->
          apply(functions.get(operation), x[0]);
    }
  }

  /** Makes the constants of the elementary functions among these operations. */
  void prepare(Collection<Operation> operations) {
    for (Operation operation : operations) {
      if (operation.isFunction()) {
        functions.computeIfAbsent(operation, this::prepared);
      }
    }
  }

  private void apply(@Nullable Prepared function, int x) {
    if (function == null) {
      throw new IllegalStateException("prepare comes first");
    }
    function.body().apply(code, this::species, function.constants(), x);
  }

  private Prepared prepared(Operation operation) {
    FunctionBody body = function(operation);
    return new Prepared(body, body.prepare(code, this::species));
  }

  /** An elementary function of floats. */
  static FunctionBody function(Operation operation) {
    Class<?> owner =
        switch (operation) {
          case EXP, EXPM1, LOGISTIC, TANH -> FloatExponentials.class;
          case LOG, LOG1P -> FloatLogarithms.class;
          case ERF, ERFC -> FloatErrorFunctions.class;
          default -> throw new AssertionError(operation);
        };
    return FunctionBody.of(owner, operation.name().toLowerCase(Locale.ROOT));
  }

  private void unary(String name, int... x) {
    code.aload(x[0]);
    code.invokevirtual(type, name, MethodTypeDesc.of(type));
  }

  private void binary(String name, int... x) {
    code.aload(x[0]).aload(x[1]);
    code.invokevirtual(type, name, MethodTypeDesc.of(type, VECTOR));
  }

  private void mask(String name, int... x) {
    code.aload(x[0]).aload(x[1]);
    code.invokevirtual(MASK, name, MethodTypeDesc.of(MASK, MASK));
  }
}
