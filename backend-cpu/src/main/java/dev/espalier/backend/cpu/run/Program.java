package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.machine.MachineKernels;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A compiled graph: its steps in order, and where the value of each slot lives. Immutable; what
 * changes in a run is its {@link Frame}.
 *
 * @param name the graph's name
 * @param steps the steps in order
 * @param inputs the slots of the inputs
 * @param outputs the slots of the outputs, each once
 * @param slots the number of slots
 * @param arrays the arrays of the frame
 * @param homes for slots that live in the frame: which of its arrays
 * @param constants for slots of constants: their storage
 * @param children the graphs inside
 */
public record Program(
    String name,
    List<Step> steps,
    List<Integer> inputs,
    List<Integer> outputs,
    int slots,
    List<ArraySpec> arrays,
    Map<Integer, Integer> homes,
    Map<Integer, Object> constants,
    List<Program> children) {
  /**
   * An array of a frame.
   *
   * @param kind its class
   * @param length its length
   */
  public record ArraySpec(ArrayKind kind, int length) {
    /** Its size. */
    public long bytes() {
      return (long) kind.bytes() * length;
    }
  }

  public Program {
    steps = List.copyOf(steps);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    arrays = List.copyOf(arrays);
    homes = Map.copyOf(homes);
    constants = Map.copyOf(constants);
    children = List.copyOf(children);
  }

  /** The same program for a graph of another name. */
  public Program named(String other) {
    return new Program(other, steps, inputs, outputs, slots, arrays, homes, constants, children);
  }

  /** Fresh memory for one run at a time, with the fastest kernels that can run. */
  public Frame newFrame() {
    return newFrame(new Scratch(MachineKernels.orJava()));
  }

  /**
   * Fresh memory for one run at a time.
   *
   * @param scratch temporaries of the thread that runs
   */
  public Frame newFrame(Scratch scratch) {
    List<Frame> inner = new ArrayList<>();
    for (Program child : children) {
      inner.add(child.newFrame(scratch));
    }
    Frame frame = new Frame(slots, inner, scratch);
    List<Object> storage = new ArrayList<>();
    for (ArraySpec spec : arrays) {
      storage.add(spec.kind().allocate(spec.length()));
    }
    homes.forEach((slot, home) -> frame.bind(slot, storage.get(home), 0));
    constants.forEach((slot, value) -> frame.bind(slot, value, 0));
    return frame;
  }

  /** Runs the steps on a frame whose inputs and outputs are bound. */
  public void run(Frame frame, WorkerPool pool) {
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).run(frame, pool);
    }
  }

  /** Forgets the arrays of inputs and outputs. */
  public void release(Frame frame) {
    for (int i = 0; i < inputs.size(); i++) {
      frame.unbind(inputs.get(i));
    }
    for (int i = 0; i < outputs.size(); i++) {
      frame.unbind(outputs.get(i));
    }
  }

  /** The pieces that kernels are generated for, those of the graphs inside included. */
  public List<Segment> segments() {
    List<Segment> all = new ArrayList<>();
    steps.forEach(step -> all.addAll(step.segments()));
    children.forEach(child -> all.addAll(child.segments()));
    return all;
  }

  /** The bytes of a frame, those of the graphs inside included. */
  public long frameBytes() {
    return arrays.stream().mapToLong(ArraySpec::bytes).sum()
        + children.stream().mapToLong(Program::frameBytes).sum();
  }

  /** The bytes of the constants, those of the graphs inside included. */
  public long constantBytes() {
    return constants.values().stream().mapToLong(Program::bytes).sum()
        + children.stream().mapToLong(Program::constantBytes).sum();
  }

  private static long bytes(Object array) {
    for (ArrayKind kind : ArrayKind.values()) {
      if (kind.allocate(0).getClass() == array.getClass()) {
        return (long) kind.bytes() * Array.getLength(array);
      }
    }
    throw new AssertionError(array.getClass());
  }

  /** The steps and the memory as text. */
  public String listing() {
    StringBuilder text = new StringBuilder();
    text.append(name).append(": ").append(steps.size()).append(" steps, ");
    text.append(arrays.size()).append(" arrays, peak ").append(frameBytes()).append(" bytes\n");
    for (Step step : steps) {
      text.append("  ").append(step.describe().strip().replace("\n", "\n  ")).append('\n');
    }
    return text.toString();
  }
}
