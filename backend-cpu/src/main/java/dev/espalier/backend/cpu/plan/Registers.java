package dev.espalier.backend.cpu.plan;

import dev.espalier.backend.cpu.generate.Kernels;
import dev.espalier.backend.cpu.plan.Segments.Emitted;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.BlockOp;
import dev.espalier.backend.cpu.run.Elementwise;
import dev.espalier.backend.cpu.run.FusedLoop;
import dev.espalier.backend.cpu.run.LoopShape;
import dev.espalier.backend.cpu.run.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The operations of a loop and its registers; temporaries that are no longer read are reused. */
final class Registers {
  private final LoopShape shape;
  private final Segments segments;
  private final List<Emitted> emitted = new ArrayList<>();
  private final List<FusedLoop.Register> registers = new ArrayList<>();
  private final Map<FusedLoop.Stream, Integer> streams = new HashMap<>();
  private final Map<Integer, Integer> columns = new HashMap<>();
  private final Map<Integer, Integer> fixed = new HashMap<>();

  Registers(LoopShape shape, Kernels kernels) {
    this.shape = shape;
    this.segments = new Segments(shape, kernels);
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

  /** The register of a slot with a value for each column. */
  int columns(int slot) {
    return columns.computeIfAbsent(slot, s -> add(new FusedLoop.Columns(s)));
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
    emitted.add(new Emitted(op, ofRows, write, Arrays.stream(reads).boxed().toList()));
  }

  /**
   * A loop.
   *
   * @param step the loop
   * @param over which of the slots it writes may share an array with which of those it reads
   */
  record Loop(FusedLoop step, List<Over> over) {
    Loop {
      over = List.copyOf(over);
    }
  }

  /**
   * A slot that may be written over another.
   *
   * @param written the one
   * @param read the other
   */
  record Over(int written, int read) {}

  /** The loop, its operations ordered and its temporaries placed. */
  Loop loop(List<FusedLoop.Total> totals, String text) {
    List<List<Emitted>> runs = segments.order(emitted, this::isKept);
    place(runs);
    List<FusedLoop.Stage> stages = new ArrayList<>();
    for (List<Emitted> run : runs) {
      Optional<Segment> segment =
          run.size() < 2 ? Optional.empty() : segments.segment(run, readOutside(run));
      if (segment.isPresent()) {
        stages.add(new FusedLoop.Stage(segment.get(), false));
      } else {
        run.forEach(e -> stages.add(new FusedLoop.Stage(e.op(), e.ofRows())));
      }
    }
    return new Loop(new FusedLoop(shape, registers, stages, totals, text), over(runs));
  }

  /**
   * What may be written over what: both move on with the elements, and nothing reads an element
   * after it is written. Tasks, blocks and vectors have elements of their own, so that the order of
   * the operations is all that counts.
   */
  private List<Over> over(List<List<Emitted>> runs) {
    List<Emitted> order = runs.stream().flatMap(List::stream).toList();
    Map<Integer, Integer> writtenAt = new HashMap<>();
    Map<Integer, Integer> lastRead = new HashMap<>();
    Set<Integer> elsewhere = new HashSet<>();
    for (int at = 0; at < order.size(); at++) {
      for (int register : order.get(at).reads()) {
        note(register, at, lastRead, elsewhere);
      }
      note(order.get(at).write(), at, writtenAt, elsewhere);
    }
    List<Over> found = new ArrayList<>();
    writtenAt.forEach((written, from) ->
        lastRead.forEach((read, to) -> {
          boolean before =
              to < from || (to.equals(from) && order.get(from).op() instanceof Elementwise.InPlace);
          if (before && !writtenAt.containsKey(read) && !elsewhere.contains(read)) {
            found.add(new Over(written, read));
          }
        }));
    return found;
  }

  /** Notes where a slot is used that moves on with the elements; one that does not is elsewhere. */
  private void note(int register, int at, Map<Integer, Integer> streams, Set<Integer> elsewhere) {
    switch (registers.get(register)) {
      case FusedLoop.Stream(int slot, boolean ofRows) -> {
        if (ofRows) {
          elsewhere.add(slot);
        } else {
          streams.put(slot, at);
        }
      }
      case FusedLoop.Columns(int slot) -> elsewhere.add(slot);
      case FusedLoop.Fixed(int slot) -> elsewhere.add(slot);
      case FusedLoop.Temporary _ -> {}
    }
  }

  /** What a run writes that is in memory or that other runs read. */
  private Set<Integer> readOutside(List<Emitted> run) {
    Set<Integer> needed = new HashSet<>();
    for (Emitted other : emitted) {
      if (!run.contains(other)) {
        needed.addAll(other.reads());
      }
    }
    for (Emitted own : run) {
      if (isKept(own.write())) {
        needed.add(own.write());
      } else if (segments.isRepeated(own)) {
        needed.remove(own.write());
      }
    }
    return needed;
  }

  private boolean isKept(int register) {
    return !(registers.get(register) instanceof FusedLoop.Temporary);
  }

  /** Places temporaries: a run never writes over what it reads. */
  private void place(List<List<Emitted>> runs) {
    Map<Integer, Integer> lastUse = new HashMap<>();
    for (int at = 0; at < runs.size(); at++) {
      for (Emitted op : runs.get(at)) {
        lastUse.put(op.write(), at);
        for (int read : op.reads()) {
          lastUse.put(read, at);
        }
      }
    }
    Map<Integer, List<Integer>> ending = new HashMap<>();
    lastUse.forEach((r, at) -> ending.computeIfAbsent(at, a -> new ArrayList<>()).add(r));
    Map<ArrayKind, Deque<Integer>> free = new EnumMap<>(ArrayKind.class);
    Map<ArrayKind, Integer> made = new EnumMap<>(ArrayKind.class);
    for (int at = 0; at < runs.size(); at++) {
      for (Emitted op : runs.get(at)) {
        if (registers.get(op.write()) instanceof FusedLoop.Temporary(ArrayKind kind, int index)
            && index < 0) {
          Deque<Integer> unused = free.computeIfAbsent(kind, k -> new ArrayDeque<>());
          int place = unused.isEmpty() ? made.merge(kind, 1, Integer::sum) - 1 : unused.pop();
          registers.set(op.write(), new FusedLoop.Temporary(kind, place));
        }
      }
      for (int register : ending.getOrDefault(at, List.of())) {
        if (registers.get(register) instanceof FusedLoop.Temporary(ArrayKind kind, int index)) {
          free.computeIfAbsent(kind, k -> new ArrayDeque<>()).push(index);
        }
      }
    }
  }
}
