package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleAttention;
import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.FloatAttention;
import dev.espalier.backend.cpu.kernel.FloatConvolution;
import dev.espalier.backend.cpu.kernel.FloatGemm;
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
  private final FloatAttention.Workspace floatAttention = new FloatAttention.Workspace();
  private final DoubleAttention.Workspace doubleAttention = new DoubleAttention.Workspace();
  private final Lane lane = new Lane();

  /** Temporaries that are made on first use. */
  public Scratch() {
    for (ArrayKind kind : ArrayKind.values()) {
      blocks.put(kind, new ArrayList<>());
    }
  }

  /** The block of a kind with an index. */
  Object block(ArrayKind kind, int index) {
    List<Object> list = blocks.getOrDefault(kind, List.of());
    while (list.size() <= index) {
      list.add(kind.allocate(BLOCK));
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

  FloatAttention.Workspace floatAttention() {
    return floatAttention;
  }

  DoubleAttention.Workspace doubleAttention() {
    return doubleAttention;
  }

  Lane lane() {
    return lane;
  }
}
