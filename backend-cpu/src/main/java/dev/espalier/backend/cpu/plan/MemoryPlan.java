package dev.espalier.backend.cpu.plan;

import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.Program.ArraySpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which slots share an array: those whose lives do not overlap. A slot lives from the step that
 * writes it to the last that reads it; an array that is free goes to the slot that fits it best.
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

  /** A slot that a step writes. */
  void define(int id, ArrayKind kind, int length, int step) {
    Slot slot = new Slot(kind, length, id, step);
    slots.add(slot);
    byId.put(id, slot);
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
  record Assignment(List<ArraySpec> arrays, Map<Integer, Integer> homes) {}

  /** Assigns an array to every slot. */
  Assignment assign(int steps) {
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
      for (Slot slot : starting.getOrDefault(step, List.of())) {
        int home = take(slot, arrays, free);
        homes.put(slot.id, home);
      }
      for (Slot slot : ending.getOrDefault(step, List.of())) {
        free.add(homes.getOrDefault(slot.id, -1));
      }
    }
    return new Assignment(arrays, homes);
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
