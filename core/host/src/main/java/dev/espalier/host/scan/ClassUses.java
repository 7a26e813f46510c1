package dev.espalier.host.scan;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.DynamicConstantPoolEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a class file does, as {@link Use}s by method.
 *
 * <p>The instructions say in which method; the constants, which every instruction, method reference
 * and bootstrap method points into, are the safety net below them: what is named there and by no
 * instruction is a use too, in no known method.
 */
final class ClassUses {
  private static final int NEWEST = ClassFile.latestMajorVersion();

  /** Class file version 45 is Java 1.1. */
  private static final int BEFORE_JAVA_1 = 44;

  /**
   * How deep constants that are computed from constants are followed; no compiler nests so deep.
   */
  private static final int DEEPEST = 20;

  private final String jar;
  private final ClassModel model;
  private final String name;
  private final Set<Place> places = new LinkedHashSet<>();
  private final List<String> faults = new ArrayList<>();

  private ClassUses(String jar, ClassModel model) {
    this.jar = jar;
    this.model = model;
    this.name = dotted(model.thisClass());
  }

  /**
   * What was found in one class file.
   *
   * @param places the uses, and where
   * @param faults what could not be read
   */
  record Found(List<Place> places, List<String> faults) {}

  /** Reads a class file; one that is damaged as far as it can be read. */
  static Found in(String jar, byte[] bytes) {
    if (isNewer(bytes)) {
      return new Found(
          List.of(),
          List.of(
              "it is of Java %d; what is read here is Java %d and older"
                  .formatted(majorVersion(bytes) - BEFORE_JAVA_1, NEWEST - BEFORE_JAVA_1)));
    }
    List<String> faults = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    attempt(
        faults,
        () -> {
          ClassUses uses = new ClassUses(jar, ClassFile.of().parse(bytes));
          uses.read();
          places.addAll(uses.places);
          faults.addAll(uses.faults);
        });
    return new Found(places, faults);
  }

  private static boolean isNewer(byte[] bytes) {
    return bytes.length >= 8 && majorVersion(bytes) > NEWEST;
  }

  private static int majorVersion(byte[] bytes) {
    return ((bytes[6] & 0xff) << 8) | (bytes[7] & 0xff);
  }

  /** A damaged class file makes its reader throw whatever it comes to. */
  private static void attempt(List<String> faults, Runnable reading) {
    try {
      reading.run();
    } catch (RuntimeException | StackOverflowError e) {
      String message = e.getMessage();
      faults.add(message == null ? e.getClass().getSimpleName() : message);
    }
  }

  private void read() {
    attempt(
        faults,
        () -> {
          model.superclass().ifPresent(type -> add(Use.Kind.EXTENDS, type));
          model.interfaces().forEach(type -> add(Use.Kind.IMPLEMENTS, type));
        });
    Set<MemberRefEntry> seen = new HashSet<>();
    attempt(
        faults, () -> model.methods().forEach(method -> attempt(faults, () -> read(method, seen))));
    for (int i = 1; i < model.constantPool().size(); i += constant(i, seen)) {}
  }

  /** Adds what a constant names and no instruction does; gives how many places it takes. */
  private int constant(int index, Set<MemberRefEntry> seen) {
    int[] width = {1};
    attempt(
        faults,
        () -> {
          PoolEntry entry = model.constantPool().entryByIndex(index);
          width[0] = entry.width();
          if (entry instanceof MemberRefEntry member && !seen.contains(member)) {
            add("", member);
          }
        });
    return width[0];
  }

  private void add(Use.Kind kind, ClassEntry type) {
    places.add(new Place(jar, name, "", new Use(kind, dotted(type), "", "")));
  }

  private void read(MethodModel method, Set<MemberRefEntry> seen) {
    String in = method.methodName().stringValue();
    if (method.flags().has(AccessFlag.NATIVE)) {
      places.add(
          new Place(
              jar,
              name,
              in,
              new Use(Use.Kind.IS_NATIVE, name, in, method.methodType().stringValue())));
    }
    Consumer<MemberRefEntry> found =
        member -> {
          seen.add(member);
          add(in, member);
        };
    method.code().ifPresent(code -> code.forEach(element -> members(element, found)));
  }

  private static void members(CodeElement element, Consumer<MemberRefEntry> found) {
    switch (element) {
      case InvokeInstruction invoke -> found.accept(invoke.method());
      case FieldInstruction field -> found.accept(field.field());
      case InvokeDynamicInstruction dynamic -> members(dynamic.invokedynamic(), found, DEEPEST);
      case ConstantInstruction.LoadConstantInstruction constant ->
          members(constant.constantEntry(), found, DEEPEST);
      default -> {}
    }
  }

  private static void members(PoolEntry constant, Consumer<MemberRefEntry> found, int deepest) {
    switch (constant) {
      case MethodHandleEntry handle -> found.accept(handle.reference());
      case DynamicConstantPoolEntry dynamic when deepest > 0 -> {
        found.accept(dynamic.bootstrap().bootstrapMethod().reference());
        dynamic.bootstrap().arguments().forEach(argument -> members(argument, found, deepest - 1));
      }
      default -> {}
    }
  }

  private void add(String method, MemberRefEntry member) {
    places.add(
        new Place(
            jar,
            name,
            method,
            new Use(
                Use.Kind.NAMES,
                dotted(member.owner()),
                member.name().stringValue(),
                member.type().stringValue())));
  }

  private static String dotted(ClassEntry type) {
    return type.asInternalName().replace('/', '.');
  }
}
