package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.FloatConvolution;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Temporaries of one thread, made on first use and kept. */
public final class Scratch {
  /** Elements of a block: some of them stay in the first-level cache together. */
  static final int BLOCK = 1024;

  private final Map<ArrayKind, List<Object>> blocks = new EnumMap<>(ArrayKind.class);
  private final FloatGemm.Workspace floatGemm = new FloatGemm.Workspace();
  private final DoubleGemm.Workspace doubleGemm = new DoubleGemm.Workspace();
  private final FloatConvolution.Workspace floatConvolution = new FloatConvolution.Workspace();
  private final DoubleConvolution.Workspace doubleConvolution = new DoubleConvolution.Workspace();
  private final Lane lane = new Lane();

  /** Temporaries that are made on first use. */
  public Scratch() {
    for (ArrayKind kind : ArrayKind.values()) {
      blocks.put(kind, new ArrayList<>());
    }
  }

  /** The block of a kind with an index, of at least this length. */
  Object block(ArrayKind kind, int index, int length) {
    List<Object> list = blocks.getOrDefault(kind, List.of());
    while (list.size() <= index) {
      list.add(kind.allocate(Math.max(BLOCK, length)));
    }
    if (Array.getLength(list.get(index)) < length) {
      list.set(index, kind.allocate(length));
    }
    return list.get(index);
  }

  FloatGemm.Workspace floatGemm() {
    return floatGemm;
  }

  DoubleGemm.Workspace doubleGemm() {
    return doubleGemm;
  }

  FloatConvolution.Workspace floatConvolution() {
    return floatConvolution;
  }

  DoubleConvolution.Workspace doubleConvolution() {
    return doubleConvolution;
  }

  Lane lane() {
    return lane;
  }
}
