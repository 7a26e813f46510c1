package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.FloatConvolution;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Temporaries of one thread, made on first use and kept. */
public final class Scratch {
  /** Elements of a block: some of them stay in the first-level cache together. */
  static final int BLOCK = 1024;

  private final Map<ArrayKind, List<Object>> blocks = new EnumMap<>(ArrayKind.class);
  private final FloatGemm.Workspace floatGemm;
  private final DoubleGemm.Workspace doubleGemm;
  private final FloatConvolution.Workspace floatConvolution;
  private final DoubleConvolution.Workspace doubleConvolution;
  private final Lane lane = new Lane();

  /** Temporaries that are made on first use. */
  public Scratch(PanelKernels kernels) {
    floatGemm = new FloatGemm.Workspace(kernels.floats());
    doubleGemm = new DoubleGemm.Workspace(kernels.doubles());
    floatConvolution = new FloatConvolution.Workspace(kernels.floats());
    doubleConvolution = new DoubleConvolution.Workspace(kernels.doubles());
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

  Lane lane() {
    return lane;
  }
}
