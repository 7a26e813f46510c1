package dev.espalier.backend.cpu.run;

import java.util.List;

/**
 * Steps that run graphs inside. Their frames are kept within the outer one; slices and results are
 * bound where they stand, not copied.
 */
public final class Loops {
  private Loops() {}

  /**
   * What a loop hands on. Iterations write to the result and to the spare in turn, so that none
   * writes what it reads.
   *
   * @param first the slot of the first value
   * @param result the slot of the last
   * @param spare a slot of the same size
   * @param size the number of elements
   */
  public record Carry(int first, int result, int spare, int size) {
    /** The slot that iteration {@code i} of those numbered so that the last is 0 writes. */
    private int target(int i) {
      return i % 2 == 0 ? result : spare;
    }
  }

  /**
   * A value that is cut along its leading axis.
   *
   * @param slot the slot
   * @param slice the number of elements of a slice
   */
  public record Sliced(int slot, int slice) {}

  /** A loop of known length. */
  public record ScanStep(
      Program body,
      int child,
      int length,
      boolean reverse,
      List<Integer> constants,
      List<Carry> carries,
      List<Sliced> xs,
      List<Sliced> ys)
      implements Step {
    public ScanStep {
      constants = List.copyOf(constants);
      carries = List.copyOf(carries);
      xs = List.copyOf(xs);
      ys = List.copyOf(ys);
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      Frame inner = frame.child(child);
      if (length == 0) {
        for (int i = 0; i < carries.size(); i++) {
          copyFirst(frame, carries.get(i));
        }
        return;
      }
      for (int i = 0; i < constants.size(); i++) {
        share(frame, constants.get(i), inner, body.inputs().get(i), 0);
      }
      for (int step = 0; step < length; step++) {
        int left = length - 1 - step;
        int index = reverse ? left : step;
        int input = constants.size();
        int output = 0;
        for (int i = 0; i < carries.size(); i++) {
          Carry carry = carries.get(i);
          int from = step == 0 ? carry.first() : carry.target(left + 1);
          share(frame, from, inner, body.inputs().get(input++), 0);
          share(frame, carry.target(left), inner, body.outputs().get(output++), 0);
        }
        for (int i = 0; i < xs.size(); i++) {
          Sliced x = xs.get(i);
          share(frame, x.slot(), inner, body.inputs().get(input++), index * x.slice());
        }
        for (int i = 0; i < ys.size(); i++) {
          Sliced y = ys.get(i);
          share(frame, y.slot(), inner, body.outputs().get(output++), index * y.slice());
        }
        body.run(inner, pool);
      }
      body.release(inner);
    }

    @Override
    public String describe() {
      return "scan " + length + (reverse ? " reversed" : "") + "\n  " + indented(body);
    }
  }

  /** A loop of unknown length. */
  public record WhileStep(
      Program condition,
      int conditionChild,
      Program body,
      int bodyChild,
      List<Integer> constants,
      List<Carry> carries,
      int proceeds)
      implements Step {
    public WhileStep {
      constants = List.copyOf(constants);
      carries = List.copyOf(carries);
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      Frame test = frame.child(conditionChild);
      Frame inner = frame.child(bodyChild);
      for (int i = 0; i < constants.size(); i++) {
        share(frame, constants.get(i), test, condition.inputs().get(i), 0);
        share(frame, constants.get(i), inner, body.inputs().get(i), 0);
      }
      share(frame, proceeds, test, condition.outputs().getFirst(), 0);
      // Only whether it is 0 and its parity matter.
      int done = 0;
      for (; ; done = done == Integer.MAX_VALUE ? 2 : done + 1) {
        for (int i = 0; i < carries.size(); i++) {
          Carry carry = carries.get(i);
          int from = done == 0 ? carry.first() : carry.target(done - 1);
          int input = constants.size() + i;
          share(frame, from, test, condition.inputs().get(input), 0);
          share(frame, from, inner, body.inputs().get(input), 0);
          share(frame, carry.target(done), inner, body.outputs().get(i), 0);
        }
        condition.run(test, pool);
        if (frame.bytes(proceeds)[frame.offset(proceeds)] == 0) {
          break;
        }
        body.run(inner, pool);
      }
      for (int i = 0; i < carries.size(); i++) {
        Carry carry = carries.get(i);
        if (done == 0) {
          copyFirst(frame, carry);
        } else if (carry.target(done - 1) != carry.result()) {
          copy(frame, carry.spare(), carry.result(), carry.size());
        }
      }
      condition.release(test);
      body.release(inner);
    }

    @Override
    public String describe() {
      return "while\n  " + indented(condition) + "\n  " + indented(body);
    }
  }

  /** One of two graphs. */
  public record CondStep(
      int predicate,
      Program whenTrue,
      int trueChild,
      Program whenFalse,
      int falseChild,
      List<Integer> arguments,
      List<Integer> results)
      implements Step {
    public CondStep {
      arguments = List.copyOf(arguments);
      results = List.copyOf(results);
    }

    @Override
    public void run(Frame frame, WorkerPool pool) {
      boolean holds = frame.bytes(predicate)[frame.offset(predicate)] != 0;
      Program branch = holds ? whenTrue : whenFalse;
      Frame inner = frame.child(holds ? trueChild : falseChild);
      for (int i = 0; i < arguments.size(); i++) {
        share(frame, arguments.get(i), inner, branch.inputs().get(i), 0);
      }
      for (int i = 0; i < results.size(); i++) {
        share(frame, results.get(i), inner, branch.outputs().get(i), 0);
      }
      branch.run(inner, pool);
      branch.release(inner);
    }

    @Override
    public String describe() {
      return "cond @" + predicate + "\n  " + indented(whenTrue) + "\n  " + indented(whenFalse);
    }
  }

  private static String indented(Program program) {
    return program.listing().strip().replace("\n", "\n  ");
  }

  private static void share(Frame outer, int slot, Frame inner, int innerSlot, int offset) {
    inner.share(innerSlot, outer, slot, offset);
  }

  private static void copyFirst(Frame frame, Carry carry) {
    copy(frame, carry.first(), carry.result(), carry.size());
  }

  private static void copy(Frame frame, int from, int to, int size) {
    System.arraycopy(
        frame.array(from), frame.offset(from), frame.array(to), frame.offset(to), size);
  }
}
