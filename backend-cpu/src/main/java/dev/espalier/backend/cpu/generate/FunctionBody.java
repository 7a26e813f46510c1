package dev.espalier.backend.cpu.generate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What the loop of a compiled block kernel does with one vector, between its load and its store: a
 * generated kernel takes it over as it is, so both give the same bits and there is one text of each
 * function. It is flat code, because a method of this size would not be inlined.
 *
 * <p>The block kernels of elementary functions are all of one form: vectors of constants are made
 * before the loop; the vector that is loaded is the first reference that is stored in a local
 * within it; nothing branches; and the result is read for the call that stores it.
 *
 * @param constants what is done before the loop, in order
 * @param instructions what is done in it, in order
 * @param argument the local of the vector that is loaded
 * @param result the local of the vector that is stored
 */
record FunctionBody(
    List<Instruction> constants, List<Instruction> instructions, int argument, int result) {
  private static final int STORE_ARGUMENTS = 5;

  FunctionBody {
    constants = List.copyOf(constants);
    instructions = List.copyOf(instructions);
  }

  /**
   * Reads a function.
   *
   * @param owner the class of block kernels
   * @param name the method
   */
  static FunctionBody of(Class<?> owner, String name) {
    List<Instruction> all =
        parse(owner).methods().stream()
            .filter(method -> method.methodName().equalsString(name))
            .findFirst()
            .flatMap(method -> method.code())
            .orElseThrow(() -> new LinkageError("no method " + name + " in " + owner.getName()))
            .elementStream()
            .filter(element -> element instanceof Instruction)
            .map(element -> (Instruction) element)
            .toList();
    int loop = next(all, 0, instruction -> instruction instanceof BranchInstruction);
    int constants = loop;
    while (constants > 0 && !storesReference(all.get(constants - 1))) {
      constants--;
    }
    int begin = next(all, loop, FunctionBody::storesReference);
    int store = next(all, begin, FunctionBody::storesVector);
    // The call's arguments: result, array, offset and index, and the sum of these.
    int end = store - STORE_ARGUMENTS;
    return new FunctionBody(
        all.subList(0, constants),
        all.subList(begin + 1, end),
        slot(all.get(begin)),
        slot(all.get(end)));
  }

  private static int next(List<Instruction> all, int from, Predicate<Instruction> condition) {
    int i = from;
    while (!condition.test(all.get(i))) {
      i++;
    }
    return i;
  }

  private static ClassModel parse(Class<?> owner) {
    try (InputStream in = owner.getResourceAsStream(owner.getSimpleName() + ".class")) {
      if (in == null) {
        throw new LinkageError("no class file of " + owner.getName());
      }
      return ClassFile.of().parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("the class file of " + owner.getName(), e);
    }
  }

  private static boolean storesReference(Instruction instruction) {
    return instruction instanceof StoreInstruction s && s.typeKind() == TypeKind.REFERENCE;
  }

  private static boolean storesVector(Instruction instruction) {
    return instruction instanceof InvokeInstruction call && call.name().equalsString("intoArray");
  }

  private static int slot(Instruction instruction) {
    return switch (instruction) {
      case LoadInstruction load -> load.slot();
      case StoreInstruction store -> store.slot();
      default -> throw new AssertionError(instruction);
    };
  }

  /** The operations on vectors; constants and other views of the same bits are none. */
  int operations() {
    return (int)
        instructions.stream()
            .filter(instruction ->
                instruction instanceof InvokeInstruction call
                    && !call.name().equalsString("broadcast")
                    && !call.name().stringValue().startsWith("reinterpret"))
            .count();
  }

  /**
   * Makes the vectors of constants, once for all vectors of a kernel: the compiler loads those that
   * are made in a loop from memory every time.
   *
   * @param code where to
   * @param species pushes the species
   * @return the locals by those of the block kernel
   */
  Map<Integer, Integer> prepare(CodeBuilder code, Runnable species) {
    Map<Integer, Integer> locals = new HashMap<>();
    copy(constants, code, species, locals);
    return locals;
  }

  /**
   * Pushes the function of a vector in a local.
   *
   * @param code where to
   * @param species pushes the species
   * @param prepared the locals of the constants
   * @param vector the local
   */
  void apply(CodeBuilder code, Runnable species, Map<Integer, Integer> prepared, int vector) {
    Map<Integer, Integer> locals = new HashMap<>(prepared);
    locals.put(argument, vector);
    copy(instructions, code, species, locals);
    code.loadLocal(TypeKind.REFERENCE, local(locals, result));
  }

  private void copy(
      List<Instruction> from, CodeBuilder code, Runnable species, Map<Integer, Integer> locals) {
    for (Instruction instruction : from) {
      switch (instruction) {
        case LoadInstruction load -> code.loadLocal(load.typeKind(), local(locals, load.slot()));
        case StoreInstruction store -> {
          if (store.slot() == argument || !locals.containsKey(store.slot())) {
            locals.put(store.slot(), code.allocateLocal(store.typeKind()));
          }
          code.storeLocal(store.typeKind(), local(locals, store.slot()));
        }
        case FieldInstruction field when field.typeSymbol().equals(VectorCode.SPECIES) ->
            species.run();
        default -> code.with(instruction);
      }
    }
  }

  private static int local(Map<Integer, Integer> locals, int slot) {
    Integer local = locals.get(slot);
    if (local == null) {
      throw new LinkageError("local " + slot + " of an elementary function is set elsewhere");
    }
    return local;
  }
}
