package dev.espalier.backend.cpu.run;

import java.util.List;

/**
 * Elementwise operations in one loop over blocks. What only the loop itself uses stays in
 * temporaries of the size of a block.
 */
public final class FusedLoop implements Step {
  /** Blocks in a task. */
  private static final int BLOCKS_A_TASK = 16;

  private final int count;
  private final List<Register> registers;
  private final List<BlockOp> ops;
  private final String text;

  /** What a register of a loop stands for. */
  public sealed interface Register {}

  /**
   * A temporary of a thread.
   *
   * @param kind the class of its array
   * @param index which of that class
   */
  public record Temporary(ArrayKind kind, int index) implements Register {}

  /**
   * A slot whose elements are those of the loop.
   *
   * @param slot the slot
   */
  public record Stream(int slot) implements Register {}

  /**
   * A slot that does not move on with the loop.
   *
   * @param slot the slot
   */
  public record Fixed(int slot) implements Register {}

  /**
   * A loop.
   *
   * @param count the number of elements
   * @param registers what the operations name by index
   * @param ops the operations in order
   * @param text what is computed, for people
   */
  public FusedLoop(int count, List<Register> registers, List<BlockOp> ops, String text) {
    this.count = count;
    this.registers = List.copyOf(registers);
    this.ops = List.copyOf(ops);
    this.text = text;
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    int grain = BLOCKS_A_TASK * Scratch.BLOCK;
    int tasks = Math.ceilDiv(count, grain);
    pool.run(
        tasks,
        frame.scratch(),
        (task, scratch) ->
            range(frame, scratch, task * grain, (int) Math.min(count, (task + 1L) * grain)));
  }

  private void range(Frame frame, Scratch scratch, int from, int to) {
    Lane lane = scratch.lane();
    lane.reserve(registers.size());
    for (int i = 0; i < registers.size(); i++) {
      switch (registers.get(i)) {
        case Temporary t -> lane.set(i, scratch.block(t.kind(), t.index()), 0);
        case Stream s -> lane.set(i, frame.array(s.slot()), frame.offset(s.slot()) + from);
        case Fixed f -> lane.set(i, frame.array(f.slot()), frame.offset(f.slot()));
      }
    }
    for (int start = from; start < to; start += Scratch.BLOCK) {
      int n = Math.min(Scratch.BLOCK, to - start);
      for (int i = 0; i < ops.size(); i++) {
        ops.get(i).run(lane, start, n);
      }
      for (int i = 0; i < registers.size(); i++) {
        if (registers.get(i) instanceof Stream) {
          lane.move(i, lane.at(i) + Scratch.BLOCK);
        }
      }
    }
  }

  @Override
  public String describe() {
    return "fused [" + count + "] " + text;
  }
}
