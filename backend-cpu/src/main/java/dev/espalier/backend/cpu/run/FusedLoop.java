package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.Ahead;
import dev.espalier.backend.cpu.kernel.FloatArray;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Operations in one loop over blocks of elements, of rows of elements, or of parts of wide rows.
 * What only the loop itself uses stays in temporaries of the size of a block.
 */
public final class FusedLoop implements Step, WorkerPool.Task {
  private final LoopShape shape;
  private final List<Register> registers;

  /** How many temporaries there are of each kind. */
  private final Map<ArrayKind, Integer> temporaries = new EnumMap<>(ArrayKind.class);

  private final List<Stage> stages;
  private final List<Total> totals;
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
   * A slot that has a value for each element of the loop, or for each row.
   *
   * @param slot the slot
   * @param ofRows whether for each row
   */
  public record Stream(int slot, boolean ofRows) implements Register {}

  /**
   * A slot that has a value for each column.
   *
   * @param slot the slot
   */
  public record Columns(int slot) implements Register {}

  /**
   * A slot that does not move on with the loop.
   *
   * @param slot the slot
   */
  public record Fixed(int slot) implements Register {}

  /**
   * An operation of the loop.
   *
   * @param op what is done with a block
   * @param ofRows whether it makes a value for each row
   */
  public record Stage(BlockOp op, boolean ofRows) {}

  /** What is known after the loop. */
  public interface Total {
    /** Computes it from what the blocks left. */
    void finish(Frame frame);
  }

  /**
   * A loop.
   *
   * @param shape how it is cut
   * @param registers what the operations name by index
   * @param stages the operations in order
   * @param totals what is done after the loop
   * @param text what is computed, for people
   */
  public FusedLoop(
      LoopShape shape,
      List<Register> registers,
      List<Stage> stages,
      List<Total> totals,
      String text) {
    this.shape = shape;
    this.registers = List.copyOf(registers);
    for (Register register : registers) {
      if (register instanceof Temporary(ArrayKind kind, int index)) {
        temporaries.merge(kind, index + 1, Math::max);
      }
    }
    this.stages = List.copyOf(stages);
    this.totals = List.copyOf(totals);
    this.text = text;
  }

  @Override
  public void run(Frame frame, WorkerPool pool) {
    pool.run(shape.tasks(), frame, this);
    finish(frame);
  }

  @Override
  public void run(Frame frame, Scratch scratch, int index) {
    int cuts = shape.cuts();
    int from = index / cuts * shape.taskRows();
    int to = Math.min(shape.rows() - from, shape.taskRows()) + from;
    part(frame, scratch, from, to, index % cuts * shape.blockColumns(), -1, frame, 0);
  }

  /** How the loop is cut. */
  LoopShape shape() {
    return shape;
  }

  /** Computes what is known after the loop. */
  void finish(Frame frame) {
    for (int i = 0; i < totals.size(); i++) {
      totals.get(i).finish(frame);
    }
  }

  /**
   * Runs some rows, which are not cut, one slot being elsewhere; whole tasks' rows where something
   * is summed over all rows.
   *
   * @param slot the slot; -1 for none
   * @param array where its elements are
   * @param offset where they would begin for row 0, which may be before the array
   */
  void rows(Frame frame, Scratch scratch, int from, int to, int slot, Object array, int offset) {
    part(frame, scratch, from, to, 0, slot, array, offset);
  }

  /** Says which floats of some rows the loop reads and writes, but those of one slot. */
  void ask(Frame frame, int from, int to, int slot, Ahead ahead) {
    for (int i = 0; i < registers.size(); i++) {
      if (registers.get(i) instanceof Stream s
          && s.slot() != slot
          && frame.view(s.slot()) instanceof FloatArray array) {
        int each = s.ofRows() ? 1 : shape.width();
        ahead.add(array, frame.offset(s.slot()) + (long) from * each, (long) (to - from) * each);
      }
    }
  }

  private void part(
      Frame frame,
      Scratch scratch,
      int from,
      int to,
      int column,
      int slot,
      Object array,
      int offset) {
    int width = shape.width();
    int columns = Math.min(shape.blockColumns(), width - column);
    Lane lane = scratch.lane();
    lane.reserve(registers.size());
    for (int i = 0; i < registers.size(); i++) {
      switch (registers.get(i)) {
        case Temporary t -> {
          int stride = Scratch.stride(t.kind(), shape.blockElements());
          int count = temporaries.getOrDefault(t.kind(), 0);
          Object blocks = scratch.blocks(t.kind(), count * stride);
          lane.set(i, blocks, t.index() * stride);
        }
        case Stream s ->
            lane.set(
                i,
                s.slot() == slot ? array : frame.array(s.slot()),
                (s.slot() == slot ? offset : frame.offset(s.slot()))
                    + (s.ofRows() ? from : from * width + column));
        case Columns c -> lane.set(i, frame.array(c.slot()), frame.offset(c.slot()) + column);
        case Fixed f -> lane.set(i, frame.array(f.slot()), frame.offset(f.slot()));
      }
    }
    for (int row = from; row < to; row += shape.blockRows()) {
      int n = Math.min(shape.blockRows(), to - row);
      for (int i = 0; i < stages.size(); i++) {
        Stage stage = stages.get(i);
        if (stage.ofRows()) {
          stage.op().run(lane, row, n);
        } else {
          stage.op().run(lane, row * width + column, n * columns);
        }
      }
      for (int i = 0; i < registers.size(); i++) {
        if (registers.get(i) instanceof Stream s) {
          lane.move(i, lane.at(i) + (s.ofRows() ? n : n * width));
        }
      }
    }
  }

  @Override
  public List<Segment> segments() {
    return stages.stream()
        .flatMap(stage ->
            stage.op() instanceof Segment s
                ? java.util.stream.Stream.of(s)
                : java.util.stream.Stream.empty())
        .toList();
  }

  @Override
  public String describe() {
    String extents = shape.width() == 1 ? "" + shape.rows() : shape.rows() + ", " + shape.width();
    return "fused [" + extents + "] " + text;
  }
}
