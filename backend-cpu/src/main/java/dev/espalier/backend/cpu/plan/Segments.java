package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Unary;
import dev.espalier.backend.cpu.generate.KernelText;
import dev.espalier.backend.cpu.generate.KernelText.ElementType;
import dev.espalier.backend.cpu.generate.KernelText.Instruction;
import dev.espalier.backend.cpu.generate.KernelText.Operand;
import dev.espalier.backend.cpu.generate.KernelText.Operation;
import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Elementwise;
import dev.espalier.backend.cpu.run.Elementwise.Form;
import dev.espalier.backend.cpu.run.Loads;
import dev.espalier.backend.cpu.run.LoopShape;
import dev.espalier.backend.cpu.run.RowOps;
import dev.espalier.backend.cpu.run.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Orders the operations of a loop so that as many as possible of those that kernels can be
 * generated for come together, and makes one piece of each such run.
 */
final class Segments {
  /** The virtual machine compiles methods up to a size. */
  private static final int MOST_OPERATIONS = 120;

  /**
   * The values that a method may read from outside, those that it writes not counted: the
   * compiler's analysis of which objects escape took 25 s for one of 70 arrays (decision 27).
   */
  private static final int MOST_OPERANDS = 12;

  private final LoopShape shape;
  private final Kernels kernels;

  /**
   * An operation of a loop.
   *
   * @param op what is done
   * @param ofRows whether it makes a value for each row
   * @param write the register it writes
   * @param reads the registers it reads
   */
  record Emitted(BlockOp op, boolean ofRows, int write, List<Integer> reads) {}

  Segments(LoopShape shape, Kernels kernels) {
    this.shape = shape;
    this.kernels = kernels;
  }

  /** What one operation is in a kernel: an instruction, or only another way to read an operand. */
  private sealed interface Part {}

  private record Computes(Operation operation, List<Input> inputs) implements Part {}

  private record Reads(Input input) implements Part {}

  private record Input(int register, Operand kind) {}

  /**
   * Runs of operations, each in an order that respects what they read. What only repeats elements
   * is in every run that reads it: to a kernel it is nothing but a way to read an operand, and from
   * one run to the next it would be written and read again.
   *
   * @param isKept which registers are in memory, so that they are written once
   */
  List<List<Emitted>> order(List<Emitted> all, IntPredicate isKept) {
    Map<Integer, Integer> writer = new HashMap<>();
    Map<Integer, Emitted> repeated = new HashMap<>();
    Set<Integer> left = new LinkedHashSet<>();
    for (int i = 0; i < all.size(); i++) {
      Emitted next = all.get(i);
      if (isRepeated(next) && !isKept.test(next.write())) {
        repeated.put(next.write(), next);
      } else {
        writer.putIfAbsent(next.write(), i);
        left.add(i);
      }
    }
    List<List<Emitted>> runs = new ArrayList<>();
    while (!left.isEmpty()) {
      for (boolean found = true; found; ) {
        found = false;
        for (int i : List.copyOf(left)) {
          Emitted next = all.get(i);
          if (form(next).isEmpty() && isReady(next, i, left, writer, repeated)) {
            next.reads().stream()
                .distinct()
                .filter(repeated::containsKey)
                .forEach(read -> runs.add(List.of(repeated.get(read))));
            runs.add(List.of(next));
            left.remove(i);
            found = true;
          }
        }
      }
      List<Emitted> run = new ArrayList<>();
      Set<Integer> known = new HashSet<>();
      int operands = 0;
      int operations = 0;
      Optional<ElementType> type = Optional.empty();
      for (int i : List.copyOf(left)) {
        Emitted next = all.get(i);
        Optional<Part> form = form(next);
        List<Integer> more =
            next.reads().stream().distinct().filter(read -> !known.contains(read)).toList();
        int work = form.isPresent() ? operations(form.get()) : 0;
        if (operations + work <= MOST_OPERATIONS
            && operands + more.size() <= MOST_OPERANDS
            && form.isPresent()
            && (type.isEmpty() || elements(next).isEmpty() || type.equals(elements(next)))
            && isReady(next, i, left, writer, repeated)) {
          type = type.isEmpty() ? elements(next) : type;
          more.stream().filter(repeated::containsKey).map(repeated::get).forEach(run::add);
          run.add(next);
          operands += more.size();
          operations += work;
          known.addAll(next.reads());
          known.add(next.write());
          left.remove(i);
        }
      }
      if (!run.isEmpty()) {
        runs.add(run);
      }
    }
    return runs;
  }

  /** Of how many operations on vectors it is made. */
  private static int operations(Part form) {
    return form instanceof Computes computes ? computes.operation().operations() : 1;
  }

  /** Whether an operation makes nothing but repetitions of what is somewhere. */
  boolean isRepeated(Emitted emitted) {
    return form(emitted).filter(form -> form instanceof Reads).isPresent();
  }

  private static boolean isReady(
      Emitted op,
      int index,
      Set<Integer> left,
      Map<Integer, Integer> writer,
      Map<Integer, Emitted> repeated) {
    for (int read : op.reads()) {
      Emitted source = repeated.get(read);
      if (source != null && !isReady(source, index, left, writer, repeated)) {
        return false;
      }
      int from = writer.getOrDefault(read, -1);
      if (from >= 0 && from != index && left.contains(from)) {
        return false;
      }
    }
    return true;
  }

  /** The piece that a run becomes, where a kernel is worth it. */
  Optional<Segment> segment(List<Emitted> run, Set<Integer> readOutside) {
    Optional<ElementType> type = run.stream().flatMap(e -> elements(e).stream()).findFirst();
    long computed = run.stream().filter(e -> form(e).orElseThrow() instanceof Computes).count();
    if (type.isEmpty() || computed == 0 || run.size() < 2) {
      return Optional.empty();
    }
    Text text = new Text(type.get());
    run.forEach(text::add);
    return text.finish(run, readOutside);
  }

  /** Collects the text of a kernel. */
  private final class Text {
    private final ElementType type;
    private final Set<Input> operands = new LinkedHashSet<>();
    private final List<Computes> instructions = new ArrayList<>();
    private final List<Integer> results = new ArrayList<>();
    private final Map<Integer, Input> aliases = new HashMap<>();

    Text(ElementType type) {
      this.type = type;
    }

    void add(Emitted emitted) {
      switch (form(emitted).orElseThrow()) {
        case Reads(Input input) -> {
          aliases.put(emitted.write(), input);
          operands.add(input);
        }
        case Computes computes -> {
          for (Input input : computes.inputs()) {
            if (!aliases.containsKey(input.register()) && !results.contains(input.register())) {
              operands.add(input);
            }
          }
          instructions.add(computes);
          results.add(emitted.write());
        }
      }
    }

    private int number(Input input) {
      int made = results.indexOf(input.register());
      return made >= 0
          ? operands.size() + made
          : place(aliases.getOrDefault(input.register(), input));
    }

    private int place(Input operand) {
      return List.copyOf(operands).indexOf(operand);
    }

    Optional<Segment> finish(List<Emitted> run, Set<Integer> readOutside) {
      List<Instruction> code = new ArrayList<>();
      for (Computes instruction : instructions) {
        code.add(
            new Instruction(
                instruction.operation(), instruction.inputs().stream().map(this::number).toList()));
      }
      List<Integer> outputs = new ArrayList<>();
      List<Integer> registers = new ArrayList<>(operands.stream().map(Input::register).toList());
      for (Emitted emitted : run) {
        if (readOutside.contains(emitted.write())) {
          outputs.add(number(new Input(emitted.write(), Operand.ELEMENTS)));
          registers.add(emitted.write());
        }
      }
      KernelText text = new KernelText(type, kinds(), code, outputs);
      boolean usesBytes =
          kinds().contains(Operand.MASKS) || outputs.stream().anyMatch(text::isMask);
      if (usesBytes && !type.hasMasksInMemory()) {
        return Optional.empty();
      }
      return Optional.of(
          new Segment(
              run.stream().map(Emitted::op).toList(),
              touched(run),
              kernels.kernel(text, registers, shape.width(), shape.blockElements())));
    }

    private List<Operand> kinds() {
      return operands.stream().map(Input::kind).toList();
    }

    private Map<Integer, ArrayKind> touched(List<Emitted> run) {
      ArrayKind numbers = type == ElementType.FLOAT ? ArrayKind.FLOATS : ArrayKind.DOUBLES;
      Map<Integer, ArrayKind> found = new HashMap<>();
      for (Input input : operands) {
        found.put(input.register(), input.kind() == Operand.MASKS ? ArrayKind.BYTES : numbers);
      }
      for (Emitted emitted : run) {
        boolean mask =
            form(emitted).orElseThrow() instanceof Computes c && c.operation().givesMask();
        found.put(emitted.write(), mask ? ArrayKind.BYTES : numbers);
      }
      return found;
    }
  }

  /** The element type that an operation computes in; empty where it takes any. */
  private static Optional<ElementType> elements(Emitted emitted) {
    ArrayKind arrays =
        switch (emitted.op()) {
          case Elementwise.UnaryOp op -> op.arrays();
          case Elementwise.BinaryOp op -> op.arrays();
          case Elementwise.CompareOp op -> op.arrays();
          case Elementwise.SelectOp op -> op.arrays();
          case RowOps.Spread op -> op.arrays();
          case Loads.Fill op -> op.arrays();
          case RowOps.Repeat op -> op.arrays();
          default -> throw new AssertionError(emitted.op());
        };
    return switch (arrays) {
      case FLOATS -> Optional.of(ElementType.FLOAT);
      case DOUBLES -> Optional.of(ElementType.DOUBLE);
      default -> Optional.empty();
    };
  }

  /** What an operation is in a kernel; empty where none can be generated for it. */
  private Optional<Part> form(Emitted emitted) {
    if (emitted.ofRows()) {
      return Optional.empty();
    }
    return switch (emitted.op()) {
      case Elementwise.UnaryOp op when op.arrays() == ArrayKind.BYTES ->
          Optional.of(new Computes(Operation.NOT, List.of(masks(op.x()))));
      case Elementwise.UnaryOp op when isFloat(op.arrays()) ->
          operation(op.kind())
              .filter(o -> !o.isFunction() || op.arrays() == ArrayKind.FLOATS)
              .map(o -> new Computes(o, List.of(elements(op.x()))));
      case Elementwise.BinaryOp op
          when op.arrays() == ArrayKind.BYTES && op.form() == Form.BLOCKS ->
          logical(op.kind()).map(o -> new Computes(o, List.of(masks(op.x()), masks(op.y()))));
      case Elementwise.BinaryOp op when isFloat(op.arrays()) ->
          operation(op.kind()).map(o -> new Computes(o, pair(op.form(), op.x(), op.y())));
      case Elementwise.CompareOp op when isFloat(op.arrays()) ->
          Optional.of(
              new Computes(Operation.valueOf(op.kind().name()), pair(op.form(), op.x(), op.y())));
      case Elementwise.SelectOp op when isFloat(op.arrays()) -> {
        List<Input> inputs = new ArrayList<>(List.of(masks(op.c())));
        inputs.addAll(pair(op.form(), op.x(), op.y()));
        yield Optional.of(new Computes(Operation.SELECT, inputs));
      }
      case RowOps.Spread op when isFloat(op.arrays()) ->
          Optional.of(new Reads(new Input(op.x(), Operand.ROWS)));
      case Loads.Fill op when isFloat(op.arrays()) ->
          Optional.of(new Reads(new Input(op.x(), Operand.SCALAR)));
      case RowOps.Repeat op when isFloat(op.arrays()) ->
          Optional.of(new Reads(new Input(op.x(), Operand.COLUMNS)));
      default -> Optional.empty();
    };
  }

  private static boolean isFloat(ArrayKind arrays) {
    return arrays == ArrayKind.FLOATS || arrays == ArrayKind.DOUBLES;
  }

  private static Input elements(int register) {
    return new Input(register, Operand.ELEMENTS);
  }

  private static Input masks(int register) {
    return new Input(register, Operand.MASKS);
  }

  private static List<Input> pair(Form form, int x, int y) {
    return List.of(
        new Input(x, form == Form.LEFT_SCALAR ? Operand.SCALAR : Operand.ELEMENTS),
        new Input(y, form == Form.RIGHT_SCALAR ? Operand.SCALAR : Operand.ELEMENTS));
  }

  private static Optional<Operation> operation(Unary.Kind kind) {
    return switch (kind) {
      case NEG -> Optional.of(Operation.NEG);
      case ABS -> Optional.of(Operation.ABS);
      case SQRT -> Optional.of(Operation.SQRT);
      case RSQRT -> Optional.of(Operation.RSQRT);
      case EXP -> Optional.of(Operation.EXP);
      case EXPM1 -> Optional.of(Operation.EXPM1);
      case LOGISTIC -> Optional.of(Operation.LOGISTIC);
      case TANH -> Optional.of(Operation.TANH);
      case LOG -> Optional.of(Operation.LOG);
      case LOG1P -> Optional.of(Operation.LOG1P);
      case ERF -> Optional.of(Operation.ERF);
      case ERFC -> Optional.of(Operation.ERFC);
      default -> Optional.empty();
    };
  }

  private static Optional<Operation> operation(Binary.Kind kind) {
    return switch (kind) {
      case ADD -> Optional.of(Operation.ADD);
      case SUB -> Optional.of(Operation.SUB);
      case MUL -> Optional.of(Operation.MUL);
      case DIV -> Optional.of(Operation.DIV);
      case MAX -> Optional.of(Operation.MAX);
      case MIN -> Optional.of(Operation.MIN);
      default -> Optional.empty();
    };
  }

  private static Optional<Operation> logical(Binary.Kind kind) {
    return switch (kind) {
      case AND -> Optional.of(Operation.AND);
      case OR -> Optional.of(Operation.OR);
      default -> Optional.empty();
    };
  }
}
