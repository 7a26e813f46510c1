package dev.espalier.backend.cpu.generate;

import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import dev.espalier.backend.cpu.generate.KernelText.Instruction;
import dev.espalier.backend.cpu.generate.KernelText.Operand;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Lane;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.IntConsumer;

/**
 * Writes the class of a kernel: flat code, in which every value is a vector in a local, so that the
 * compiler keeps them all in registers.
 *
 * <pre>
 * for each row (one, where the kernel has none):
 *   for j in steps of a vector: load, compute, store
 * for each row:
 *   the last ones under a mask
 * </pre>
 *
 * <p>The second is a method of its own: a mask makes calls that the compiler does not inline, and
 * what is live across a call is in no register, so that constants would be loaded again for each
 * vector of the first.
 */
final class KernelGenerator {
  private static final ClassDesc LANE = ClassDesc.of(Lane.class.getName());
  private static final ClassDesc BLOCK_OP = ClassDesc.of(BlockOp.class.getName());
  private static final ClassDesc SELF =
      ClassDesc.of(KernelGenerator.class.getPackageName() + ".GeneratedKernel");
  private static final ClassDesc INTS = CD_int.arrayType();

  /** The local of the number of elements. */
  private static final int N = 3;

  private final KernelText text;
  private final CodeBuilder code;
  private final VectorCode vectors;
  private final int operands;

  /** For operands, then outputs: the local of the array, and that of the place in it. */
  private final int[] arrays;

  private final int[] offsets;

  /** For values the local of the vector or mask. */
  private final int[] values;

  /** Where the row of operands and outputs begins. */
  private final int[] starts;

  private final boolean[] loaded;

  private KernelGenerator(KernelText text, CodeBuilder code) {
    this.text = text;
    this.code = code;
    this.vectors = new VectorCode(code, text.type());
    this.operands = text.operands().size();
    int all = operands + text.outputs().size();
    this.arrays = new int[all];
    this.offsets = new int[all];
    this.starts = new int[all];
    this.values = new int[operands + text.instructions().size()];
    this.loaded = new boolean[values.length];
  }

  /**
   * A class of blocks' operations.
   *
   * @return (int[] registers, int width) to {@link BlockOp}: the registers of the operands, then
   *     those of the outputs, and the elements of a row
   */
  static MethodHandle generate(KernelText text) {
    byte[] bytes =
        ClassFile.of()
            .build(
                SELF,
                type -> {
                  type.withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SUPER);
                  type.withInterfaceSymbols(BLOCK_OP);
                  type.withField("registers", INTS, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
                  type.withField("width", CD_int, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL);
                  type.withMethodBody(
                      INIT_NAME,
                      MethodTypeDesc.of(CD_void, INTS, CD_int),
                      0,
                      code ->
                          code.aload(0)
                              .invokespecial(
                                  ClassDesc.of("java.lang.Object"),
                                  INIT_NAME,
                                  MethodTypeDesc.of(CD_void))
                              .aload(0)
                              .aload(1)
                              .putfield(SELF, "registers", INTS)
                              .aload(0)
                              .iload(2)
                              .putfield(SELF, "width", CD_int)
                              .return_());
                  type.withMethodBody(
                      "run",
                      MethodTypeDesc.of(CD_void, LANE, CD_int, CD_int),
                      ClassFile.ACC_PUBLIC,
                      code -> new KernelGenerator(text, code).whole());
                  type.withMethodBody(
                      "ends",
                      MethodTypeDesc.of(CD_void, LANE, CD_int, CD_int),
                      ClassFile.ACC_PRIVATE,
                      code -> new KernelGenerator(text, code).ends());
                });
    try {
      MethodHandles.Lookup hidden =
          MethodHandles.lookup().defineHiddenClass(bytes, /* initialize= */ true);
      return hidden
          .findConstructor(
              hidden.lookupClass(), MethodType.methodType(void.class, int[].class, int.class))
          .asType(MethodType.methodType(BlockOp.class, int[].class, int.class));
    } catch (IllegalAccessException | NoSuchMethodException e) {
      throw new LinkageError("the class of " + text, e);
    }
  }

  /** The whole vectors of each row, then what is left of each. */
  private void whole() {
    int width = begin();
    int bound = bound(width);
    Label ends = code.newLabel();
    code.iload(bound).ifeq(ends);
    rows(
        width,
        j -> {
          code.iconst_0().istore(j);
          Label columns = code.newLabel();
          Label next = code.newLabel();
          code.labelBinding(columns);
          code.iload(j).iload(bound).if_icmpge(next);
          body(j, -1);
          code.iinc(j, text.type().lanes());
          code.goto_(columns);
          code.labelBinding(next);
        });
    code.labelBinding(ends);
    Label end = code.newLabel();
    code.iload(bound).iload(width).if_icmpge(end);
    code.aload(0).aload(1).iload(2).iload(N);
    code.invokespecial(SELF, "ends", MethodTypeDesc.of(CD_void, LANE, CD_int, CD_int));
    code.labelBinding(end);
    code.return_();
  }

  /** What is left of each row, under a mask. */
  private void ends() {
    int width = begin();
    int bound = bound(width);
    int mask = code.allocateLocal(TypeKind.REFERENCE);
    vectors.rangeMask(bound, width);
    code.astore(mask);
    rows(
        width,
        j -> {
          code.iload(bound).istore(j);
          body(j, mask);
        });
    code.return_();
  }

  /** Fetches what all rows need, and returns the local of the width of a row. */
  private int begin() {
    for (int i = 0; i < arrays.length; i++) {
      bind(i);
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = code.allocateLocal(TypeKind.REFERENCE);
    }
    for (int i = 0; i < operands; i++) {
      if (text.operands().get(i) == Operand.SCALAR) {
        int at = offsets[i];
        vectors.broadcast(arrays[i], () -> code.iload(at));
        code.astore(values[i]);
      }
    }
    vectors.prepare(text.instructions().stream().map(Instruction::operation).toList());
    int width = local();
    if (text.hasRows()) {
      // A part of a wide row may be less than the width.
      code.aload(0).getfield(SELF, "width", CD_int).iload(N);
      code.invokestatic(
              ClassDesc.of("java.lang.Math"), "min", MethodTypeDesc.of(CD_int, CD_int, CD_int))
          .istore(width);
    } else {
      code.iload(N).istore(width);
    }
    return width;
  }

  /** The local of the elements of a row that are in whole vectors. */
  private int bound(int width) {
    int bound = local();
    code.iload(width).loadConstant(-text.type().lanes()).iand().istore(bound);
    return bound;
  }

  /** Does something for each row, with a local for the column. */
  private void rows(int width, IntConsumer columns) {
    int base = local();
    code.iconst_0().istore(base);
    int row = local();
    code.iconst_0().istore(row);
    int j = local();
    Label rows = code.newLabel();
    Label end = code.newLabel();
    code.labelBinding(rows);
    code.iload(base).iload(N).if_icmpge(end);
    beginRow(base, row);
    columns.accept(j);
    code.iload(base).iload(width).iadd().istore(base);
    code.iinc(row, 1);
    code.goto_(rows);
    code.labelBinding(end);
  }

  private int local() {
    return code.allocateLocal(TypeKind.INT);
  }

  private boolean holdsMasks(int place) {
    return place < operands
        ? text.operands().get(place) == Operand.MASKS
        : text.isMask(text.outputs().get(place - operands));
  }

  /** Fetches array and place of an operand or output from the lane. */
  private void bind(int place) {
    arrays[place] = code.allocateLocal(TypeKind.REFERENCE);
    offsets[place] = local();
    starts[place] = local();
    boolean masks = holdsMasks(place);
    code.aload(1);
    register(place);
    code.invokevirtual(
            LANE,
            masks ? "b" : text.type() == KernelText.ElementType.DOUBLE ? "d" : "f",
            MethodTypeDesc.of(masks ? CD_byte.arrayType() : vectors.array(), CD_int))
        .astore(arrays[place]);
    code.aload(1);
    register(place);
    code.invokevirtual(LANE, "at", MethodTypeDesc.of(CD_int, CD_int)).istore(offsets[place]);
  }

  private void register(int place) {
    code.aload(0).getfield(SELF, "registers", INTS).loadConstant(place).iaload();
  }

  private void beginRow(int base, int row) {
    for (int i = 0; i < arrays.length; i++) {
      Operand kind = i < operands ? text.operands().get(i) : Operand.ELEMENTS;
      int at = offsets[i];
      switch (kind) {
        case ELEMENTS, MASKS -> code.iload(at).iload(base).iadd().istore(starts[i]);
        case COLUMNS -> code.iload(at).istore(starts[i]);
        case ROWS -> {
          vectors.broadcast(arrays[i], () -> code.iload(at).iload(row).iadd());
          code.astore(values[i]);
        }
        case SCALAR -> {}
      }
    }
  }

  /** One vector of every value: operands are loaded where they are first used. */
  private void body(int j, int mask) {
    for (int i = 0; i < operands; i++) {
      Operand kind = text.operands().get(i);
      loaded[i] = kind == Operand.SCALAR || kind == Operand.ROWS;
    }
    for (int i = 0; i < text.instructions().size(); i++) {
      Instruction instruction = text.instructions().get(i);
      int[] arguments = new int[instruction.arguments().size()];
      for (int k = 0; k < arguments.length; k++) {
        int value = instruction.arguments().get(k);
        require(value, j, mask);
        arguments[k] = values[value];
      }
      vectors.apply(instruction.operation(), arguments);
      code.astore(values[operands + i]);
      store(operands + i, j, mask);
    }
    for (int i = 0; i < operands; i++) {
      // An operand may be written as it is: a spread row, for what is outside.
      if (text.outputs().contains(i)) {
        require(i, j, mask);
        store(i, j, mask);
      }
    }
  }

  private void require(int value, int j, int mask) {
    if (value >= operands || loaded[value]) {
      return;
    }
    loaded[value] = true;
    Runnable index = () -> code.iload(starts[value]).iload(j).iadd();
    if (text.operands().get(value) == Operand.MASKS) {
      vectors.loadMask(arrays[value], index, mask);
    } else {
      vectors.load(arrays[value], index, mask);
    }
    code.astore(values[value]);
  }

  private void store(int value, int j, int mask) {
    for (int k = 0; k < text.outputs().size(); k++) {
      if (text.outputs().get(k) == value) {
        int place = operands + k;
        Runnable index = () -> code.iload(starts[place]).iload(j).iadd();
        if (text.isMask(value)) {
          vectors.storeMask(values[value], arrays[place], index, mask);
        } else {
          vectors.store(values[value], arrays[place], index, mask);
        }
      }
    }
  }
}
