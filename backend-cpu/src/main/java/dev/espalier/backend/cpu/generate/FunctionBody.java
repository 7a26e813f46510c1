package dev.espalier.backend.cpu.generate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
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

/**
 * What the loop of a compiled block kernel does with one vector, between its load and its store: a
 * generated kernel takes it over as it is, so both give the same bits and there is one text of each
 * function. It is flat code, because a method of this size would not be inlined.
 *
 * <p>The loops of elementary functions are all of one form: the vector that is loaded is the first
 * reference that is stored in a local, nothing branches until it is asked how the result is stored,
 * and the result is the first reference that is read after that.
 *
 * @param instructions in order
 * @param argument the local of the vector that is loaded
 * @param result the local of the vector that is stored
 */
record FunctionBody(List<Instruction> instructions, int argument, int result) {
  FunctionBody {
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
    int begin = 0;
    while (!storesReference(all.get(begin))) {
      begin++;
    }
    int end = begin + 1;
    while (!(all.get(end) instanceof BranchInstruction)) {
      end++;
    }
    int read = end;
    while (!readsReference(all.get(read))) {
      read++;
    }
    // What is before the branch reads the condition.
    return new FunctionBody(
        all.subList(begin + 1, end - 1), slot(all.get(begin)), slot(all.get(read)));
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

  private static boolean readsReference(Instruction instruction) {
    return instruction instanceof LoadInstruction l && l.typeKind() == TypeKind.REFERENCE;
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
            .filter(
                instruction ->
                    instruction instanceof InvokeInstruction call
                        && !call.name().equalsString("broadcast")
                        && !call.name().stringValue().startsWith("reinterpret"))
            .count();
  }

  /**
   * Pushes the function of a vector in a local.
   *
   * @param code where to
   * @param species pushes the species
   * @param vector the local
   */
  void apply(CodeBuilder code, Runnable species, int vector) {
    Map<Integer, Integer> locals = new HashMap<>(Map.of(argument, vector));
    for (CodeElement instruction : instructions) {
      switch (instruction) {
        case LoadInstruction load -> code.loadLocal(load.typeKind(), local(locals, load.slot()));
        case StoreInstruction store -> {
          if (store.slot() == argument || !locals.containsKey(store.slot())) {
            locals.put(store.slot(), code.allocateLocal(store.typeKind()));
          }
          code.storeLocal(store.typeKind(), local(locals, store.slot()));
        }
        case FieldInstruction field
            when field.typeSymbol().equals(VectorCode.SPECIES) ->
            species.run();
        default -> code.with(instruction);
      }
    }
    code.loadLocal(TypeKind.REFERENCE, local(locals, result));
  }

  private static int local(Map<Integer, Integer> locals, int slot) {
    Integer local = locals.get(slot);
    if (local == null) {
      throw new LinkageError("local " + slot + " of an elementary function is set before its body");
    }
    return local;
  }
}
