package dev.espalier.backend.cpu.plan;

import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.FusedLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The operations of a loop and its registers; temporaries that are no longer read are reused. */
final class Registers {
  private final List<BlockOp> ops = new ArrayList<>();
  private final List<Integer> writes = new ArrayList<>();
  private final List<FusedLoop.Register> registers = new ArrayList<>();
  private final Map<Integer, Integer> streams = new HashMap<>();
  private final Map<Integer, Integer> fixed = new HashMap<>();

  /** For each register the last operation that touches it. */
  private final Map<Integer, Integer> lastUse = new HashMap<>();

  /** A temporary, to be placed. */
  int temporary(ArrayKind kind) {
    registers.add(new FusedLoop.Temporary(kind, -1));
    return registers.size() - 1;
  }

  /** The register that moves through a slot. */
  int stream(int slot) {
    return streams.computeIfAbsent(slot, s -> add(new FusedLoop.Stream(s)));
  }

  /** The register that stays at the beginning of a slot. */
  int fixed(int slot) {
    return fixed.computeIfAbsent(slot, s -> add(new FusedLoop.Fixed(s)));
  }

  private int add(FusedLoop.Register register) {
    registers.add(register);
    return registers.size() - 1;
  }

  void emit(BlockOp op, int write, int... reads) {
    int at = ops.size();
    ops.add(op);
    writes.add(write);
    lastUse.put(write, at);
    for (int read : reads) {
      lastUse.put(read, at);
    }
  }

  /** The loop, its temporaries placed: an operation never writes what it reads. */
  FusedLoop loop(int count, String text) {
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
    return new FusedLoop(count, registers, ops, text);
  }
}
