package dev.espalier.backend.cpu.plan;

import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.Program.ArraySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which slots share an array: those whose lives do not overlap. A slot lives from the step that
 * writes it to the last that reads it; an array that is free goes to the slot that fits it best. A
 * slot that a step writes element by element may follow at once one that the step is the last to
 * read.
 */
final class MemoryPlan {
  private final List<Slot> slots = new ArrayList<>();

  private static final class Slot {
    private final ArrayKind kind;
    private final int length;
    private final int id;
    private final int from;
    private int to;

    Slot(ArrayKind kind, int length, int id, int step) {
      this.kind = kind;
      this.length = length;
      this.id = id;
      this.from = step;
      this.to = step;
    }
  }

  private final Map<Integer, Slot> byId = new HashMap<>();
  private final Map<Integer, List<Integer>> mayWriteOver = new HashMap<>();

  /** A slot that a step writes. */
  void define(int id, ArrayKind kind, int length, int step) {
    Slot slot = new Slot(kind, length, id, step);
    slots.add(slot);
    byId.put(id, slot);
  }

  /** The step that writes a slot may write it over another that it reads. */
  void mayWriteOver(int written, int read) {
    mayWriteOver.computeIfAbsent(written, id -> new ArrayList<>()).add(read);
  }

  /** A step reads a slot; slots that live elsewhere are passed over. */
  void use(int id, int step) {
    Slot slot = byId.get(id);
    if (slot != null) {
      slot.to = Math.max(slot.to, step);
    }
  }

  /**
   * The plan.
   *
   * @param arrays the arrays
   * @param homes for each slot its array
   */
  record Assignment(List<ArraySpec> arrays, Map<Integer, Integer> homes) {
    private long bytes() {
      return arrays.stream().mapToLong(ArraySpec::bytes).sum();
    }
  }

  /**
   * Assigns an array to every slot. Handing arrays on can make others fit worse: of the plans with
   * and without, the smaller.
   */
  Assignment assign(int steps) {
    Assignment without = assign(steps, Map.of());
    Assignment with = assign(steps, mayWriteOver);
    return with.bytes() <= without.bytes() ? with : without;
  }

  private Assignment assign(int steps, Map<Integer, List<Integer>> over) {
    List<ArraySpec> arrays = new ArrayList<>();
    Map<Integer, Integer> homes = new HashMap<>();
    List<Integer> free = new ArrayList<>();
    Map<Integer, List<Slot>> starting = new HashMap<>();
    Map<Integer, List<Slot>> ending = new HashMap<>();
    for (Slot slot : slots) {
      starting.computeIfAbsent(slot.from, s -> new ArrayList<>()).add(slot);
      ending.computeIfAbsent(slot.to, s -> new ArrayList<>()).add(slot);
    }
    for (int step = 0; step < steps; step++) {
      Set<Integer> handedOn = new HashSet<>();
      for (Slot slot : starting.getOrDefault(step, List.of())) {
        Optional<Slot> last = last(slot, over, handedOn);
        homes.put(
            slot.id,
            last.isPresent() ? homes.getOrDefault(last.get().id, -1) : take(slot, arrays, free));
        last.ifPresent(one -> handedOn.add(one.id));
      }
      for (Slot slot : ending.getOrDefault(step, List.of())) {
        if (!handedOn.contains(slot.id)) {
          free.add(homes.getOrDefault(slot.id, -1));
        }
      }
    }
    return new Assignment(arrays, homes);
  }

  /** A slot that ends where this begins, of its size, and over which it may be written. */
  private Optional<Slot> last(Slot slot, Map<Integer, List<Integer>> over, Set<Integer> handedOn) {
    for (int id : over.getOrDefault(slot.id, List.of())) {
      Slot read = byId.get(id);
      if (read != null
          && read.to == slot.from
          && read.from < slot.from
          && read.kind == slot.kind
          && read.length == slot.length
          && !handedOn.contains(id)) {
        return Optional.of(read);
      }
    }
    return Optional.empty();
  }

  /** The smallest free array that is large enough; else the largest, grown; else a new one. */
  private static int take(Slot slot, List<ArraySpec> arrays, List<Integer> free) {
    int best = -1;
    for (int candidate : free) {
      ArraySpec spec = arrays.get(candidate);
      if (spec.kind() == slot.kind
          && (best < 0 || isBetter(spec.length(), arrays.get(best).length(), slot.length))) {
        best = candidate;
      }
    }
    if (best < 0) {
      arrays.add(new ArraySpec(slot.kind, slot.length));
      return arrays.size() - 1;
    }
    free.remove(Integer.valueOf(best));
    if (arrays.get(best).length() < slot.length) {
      arrays.set(best, new ArraySpec(slot.kind, slot.length));
    }
    return best;
  }

  private static boolean isBetter(int length, int than, int needed) {
    if (length >= needed) {
      return than < needed || length < than;
    }
    return than < needed && length > than;
  }
}
