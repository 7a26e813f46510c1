package dev.espalier.backend.cpu.run;

import dev.espalier.backend.cpu.kernel.DoubleAttention;
import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.DoubleGemm;
import dev.espalier.backend.cpu.kernel.FloatAttention;
import dev.espalier.backend.cpu.kernel.FloatConvolution;
import dev.espalier.backend.cpu.kernel.FloatGemm;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Temporaries of one thread, made on first use and kept. */
public final class Scratch {
  /** Elements of a block: some of them stay in the first-level cache together. */
  static final int BLOCK = 1024;

  /**
   * From a block to the next in bytes, a multiple of this. Processors compare the lower 12 bits of
   * the addresses of loads and of earlier stores first: with blocks a little more than a page
   * apart, as arrays of their own often are, each load waits for the stores of the vector before.
   */
  private static final int PAGE = 4096;

  private final Map<ArrayKind, Object> blocks = new EnumMap<>(ArrayKind.class);
  private final List<FloatGemm.Matrix> floatRows = new ArrayList<>();
  private final List<DoubleGemm.Matrix> doubleRows = new ArrayList<>();
  private final Map<ArrayKind, Object> lefts = new EnumMap<>(ArrayKind.class);
  private final Map<ArrayKind, Object> rights = new EnumMap<>(ArrayKind.class);
  private final FloatGemm.Workspace floatGemm;
  private final DoubleGemm.Workspace doubleGemm;
  private final FloatConvolution.Workspace floatConvolution;
  private final DoubleConvolution.Workspace doubleConvolution;
  private final FloatAttention.Workspace floatAttention = new FloatAttention.Workspace();
  private final DoubleAttention.Workspace doubleAttention = new DoubleAttention.Workspace();
  private final Lane lane = new Lane();

  /** Temporaries that are made on first use. */
  public Scratch(PanelKernels kernels) {
    floatGemm = new FloatGemm.Workspace(kernels.floats());
    doubleGemm = new DoubleGemm.Workspace(kernels.doubles());
    floatConvolution = new FloatConvolution.Workspace(kernels.floats());
    doubleConvolution = new DoubleConvolution.Workspace(kernels.doubles());
  }

  /** Room for so many elements in blocks, each a {@link #stride} after the one before. */
  Object blocks(ArrayKind kind, int length) {
    return grown(blocks, kind, length);
  }

  /** From a block of this length to the next. */
  static int stride(ArrayKind kind, int length) {
    int page = PAGE / kind.bytes();
    return Math.ceilDiv(length, page) * page;
  }

  /** Room for rows of a product that only the loop after it reads. */
  FloatGemm.Matrix floatRows(int rows, int columns) {
    if (floatRows.isEmpty() || floatRows.getFirst().array().length() < rows * columns) {
      floatRows.clear();
      floatRows.add(FloatGemm.Matrix.rows(new float[rows * columns], 0, columns));
    }
    for (int i = 0; i < floatRows.size(); i++) {
      if (floatRows.get(i).rowStride() == columns) {
        return floatRows.get(i);
      }
    }
    FloatGemm.Matrix found = new FloatGemm.Matrix(floatRows.getFirst().array(), 0, columns, 1);
    floatRows.add(found);
    return found;
  }

  /** Room for rows of a product that only the loop after it reads. */
  DoubleGemm.Matrix doubleRows(int rows, int columns) {
    if (doubleRows.isEmpty() || doubleRows.getFirst().array().length() < rows * columns) {
      doubleRows.clear();
      doubleRows.add(DoubleGemm.Matrix.rows(new double[rows * columns], 0, columns));
    }
    for (int i = 0; i < doubleRows.size(); i++) {
      if (doubleRows.get(i).rowStride() == columns) {
        return doubleRows.get(i);
      }
    }
    DoubleGemm.Matrix found = new DoubleGemm.Matrix(doubleRows.getFirst().array(), 0, columns, 1);
    doubleRows.add(found);
    return found;
  }

  /** Room for a copy of a left matrix. */
  Object left(ArrayKind kind, int length) {
    return grown(lefts, kind, length);
  }

  /** Room for a copy of a right matrix. */
  Object right(ArrayKind kind, int length) {
    return grown(rights, kind, length);
  }

  private static Object grown(Map<ArrayKind, Object> in, ArrayKind kind, int length) {
    Object held = in.get(kind);
    if (held == null || Array.getLength(held) < length) {
      held = kind.allocate(length);
      in.put(kind, held);
    }
    return held;
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

  Chains chains() {
    return lane.chains();
  }

  Lane lane() {
    return lane;
  }
}
