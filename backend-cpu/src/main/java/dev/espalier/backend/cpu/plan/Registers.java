package dev.espalier.backend.cpu.plan;

import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.FusedLoop;
import dev.espalier.backend.cpu.run.LoopShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The operations of a loop and its registers; temporaries that are no longer read are reused. */
final class Registers {
  private final LoopShape shape;
  private final List<FusedLoop.Stage> ops = new ArrayList<>();
  private final List<Integer> writes = new ArrayList<>();
  private final List<FusedLoop.Register> registers = new ArrayList<>();
  private final Map<FusedLoop.Stream, Integer> streams = new HashMap<>();
  private final Map<Integer, Integer> fixed = new HashMap<>();

  /** For each register the last operation that touches it. */
  private final Map<Integer, Integer> lastUse = new HashMap<>();

  Registers(LoopShape shape) {
    this.shape = shape;
  }

  /** A temporary, to be placed. */
  int temporary(ArrayKind kind) {
    registers.add(new FusedLoop.Temporary(kind, -1));
    return registers.size() - 1;
  }

  /** The register that moves through a slot, by elements or by rows. */
  int stream(int slot, boolean ofRows) {
    return streams.computeIfAbsent(new FusedLoop.Stream(slot, ofRows), this::add);
  }

  /** The register that stays at the beginning of a slot. */
  int fixed(int slot) {
    return fixed.computeIfAbsent(slot, s -> add(new FusedLoop.Fixed(s)));
  }

  private int add(FusedLoop.Register register) {
    registers.add(register);
    return registers.size() - 1;
  }

  /**
   * Adds an operation.
   *
   * @param ofRows whether it computes one value for each row, not for each element
   */
  void emit(BlockOp op, boolean ofRows, int write, int... reads) {
    int at = ops.size();
    ops.add(new FusedLoop.Stage(op, ofRows));
    writes.add(write);
    lastUse.put(write, at);
    for (int read : reads) {
      lastUse.put(read, at);
    }
  }

  /** The loop, its temporaries placed: an operation never writes what it reads. */
  FusedLoop loop(List<FusedLoop.Total> totals, String text) {
    Map<ArrayKind, Deque<Integer>> free = new EnumMap<>(ArrayKind.class);
    Map<ArrayKind, Integer> made = new EnumMap<>(ArrayKind.class);
    Map<Integer, List<Integer>> ending = new HashMap<>();
    lastUse.forEach((r, at) -> ending.computeIfAbsent(at, a -> new ArrayList<>()).add(r));
    for (int at = 0; at < ops.size(); at++) {
      int write = writes.get(at);
      if (registers.get(write) instanceof FusedLoop.Temporary(ArrayKind kind, int index)
          && index < 0) {
        Deque<Integer> unused = free.computeIfAbsent(kind, k -> new ArrayDeque<>());
        int place = unused.isEmpty() ? made.merge(kind, 1, Integer::sum) - 1 : unused.pop();
        registers.set(write, new FusedLoop.Temporary(kind, place));
      }
      for (int register : ending.getOrDefault(at, List.of())) {
        if (registers.get(register) instanceof FusedLoop.Temporary(ArrayKind kind, int index)) {
          free.computeIfAbsent(kind, k -> new ArrayDeque<>()).push(index);
        }
      }
    }
    return new FusedLoop(shape, registers, ops, totals, text);
  }
}
