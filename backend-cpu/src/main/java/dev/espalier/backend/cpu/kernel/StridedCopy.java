package dev.espalier.backend.cpu.kernel;

/**
 * Copies between strided arrays by a {@link CopyPlan}: the elements [from, to), counted in
 * row-major order of the plan's shape.
 */
public final class StridedCopy {
  private static final int TILE = 32;

  private StridedCopy() {}

  /** Copies the elements [from, to) of the plan from x to z. */
  public static void copy(CopyPlan plan, float[] x, int xo, float[] z, int zo, int from, int to) {
    int inner = plan.inner();
    int last = plan.shape.length - 1;
    int xs = plan.source[last];
    int zs = plan.target[last];
    boolean transposes = plan.transposes();
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int xi = xo + plan.offset(row, plan.source) + column * xs;
      int zi = zo + plan.offset(row, plan.target) + column * zs;
      if (last > 0 && column == 0 && at + 2 * inner <= to) {
        int rows = Math.min(plan.rows() - row % plan.rows(), (to - at) / inner);
        int xr = plan.source[last - 1];
        int zr = plan.target[last - 1];
        if (transposes) {
          transpose(x, xi, xs, z, zi, zr, zs, rows, inner);
        } else {
          for (int r = 0; r < rows; r++) {
            line(x, xi + r * xr, xs, z, zi + r * zr, zs, inner);
          }
        }
        at += rows * inner;
      } else {
        int count = Math.min(inner - column, to - at);
        line(x, xi, xs, z, zi, zs, count);
        at += count;
      }
    }
  }

  private static void line(float[] x, int xo, int xs, float[] z, int zo, int zs, int n) {
    if (zs == 1 && xs == 1) {
      if (n > 16) {
        System.arraycopy(x, xo, z, zo, n);
      } else {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i];
        }
      }
    } else if (zs == 1 && xs == 0) {
      float v = x[xo];
      for (int i = 0; i < n; i++) {
        z[zo + i] = v;
      }
    } else {
      for (int i = 0; i < n; i++) {
        z[zo + i * zs] = x[xo + i * xs];
      }
    }
  }

  private static void transpose(
      float[] x, int xo, int xs, float[] z, int zo, int zr, int zs, int rows, int columns) {
    for (int r = 0; r < rows; r += TILE) {
      int toRow = Math.min(rows, r + TILE);
      for (int c = 0; c < columns; c += TILE) {
        int toColumn = Math.min(columns, c + TILE);
        for (int i = r; i < toRow; i++) {
          for (int j = c; j < toColumn; j++) {
            z[zo + i * zr + j * zs] = x[xo + i + j * xs];
          }
        }
      }
    }
  }

  /** Copies the elements [from, to) of the plan from x to z. */
  public static void copy(CopyPlan plan, double[] x, int xo, double[] z, int zo, int from, int to) {
    int inner = plan.inner();
    int last = plan.shape.length - 1;
    int xs = plan.source[last];
    int zs = plan.target[last];
    boolean transposes = plan.transposes();
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int xi = xo + plan.offset(row, plan.source) + column * xs;
      int zi = zo + plan.offset(row, plan.target) + column * zs;
      if (last > 0 && column == 0 && at + 2 * inner <= to) {
        int rows = Math.min(plan.rows() - row % plan.rows(), (to - at) / inner);
        int xr = plan.source[last - 1];
        int zr = plan.target[last - 1];
        if (transposes) {
          transpose(x, xi, xs, z, zi, zr, zs, rows, inner);
        } else {
          for (int r = 0; r < rows; r++) {
            line(x, xi + r * xr, xs, z, zi + r * zr, zs, inner);
          }
        }
        at += rows * inner;
      } else {
        int count = Math.min(inner - column, to - at);
        line(x, xi, xs, z, zi, zs, count);
        at += count;
      }
    }
  }

  private static void line(double[] x, int xo, int xs, double[] z, int zo, int zs, int n) {
    if (zs == 1 && xs == 1) {
      if (n > 16) {
        System.arraycopy(x, xo, z, zo, n);
      } else {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i];
        }
      }
    } else if (zs == 1 && xs == 0) {
      double v = x[xo];
      for (int i = 0; i < n; i++) {
        z[zo + i] = v;
      }
    } else {
      for (int i = 0; i < n; i++) {
        z[zo + i * zs] = x[xo + i * xs];
      }
    }
  }

  private static void transpose(
      double[] x, int xo, int xs, double[] z, int zo, int zr, int zs, int rows, int columns) {
    for (int r = 0; r < rows; r += TILE) {
      int toRow = Math.min(rows, r + TILE);
      for (int c = 0; c < columns; c += TILE) {
        int toColumn = Math.min(columns, c + TILE);
        for (int i = r; i < toRow; i++) {
          for (int j = c; j < toColumn; j++) {
            z[zo + i * zr + j * zs] = x[xo + i + j * xs];
          }
        }
      }
    }
  }

  /** Copies the elements [from, to) of the plan from x to z. */
  public static void copy(CopyPlan plan, int[] x, int xo, int[] z, int zo, int from, int to) {
    int inner = plan.inner();
    int last = plan.shape.length - 1;
    int xs = plan.source[last];
    int zs = plan.target[last];
    boolean transposes = plan.transposes();
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int xi = xo + plan.offset(row, plan.source) + column * xs;
      int zi = zo + plan.offset(row, plan.target) + column * zs;
      if (last > 0 && column == 0 && at + 2 * inner <= to) {
        int rows = Math.min(plan.rows() - row % plan.rows(), (to - at) / inner);
        int xr = plan.source[last - 1];
        int zr = plan.target[last - 1];
        if (transposes) {
          transpose(x, xi, xs, z, zi, zr, zs, rows, inner);
        } else {
          for (int r = 0; r < rows; r++) {
            line(x, xi + r * xr, xs, z, zi + r * zr, zs, inner);
          }
        }
        at += rows * inner;
      } else {
        int count = Math.min(inner - column, to - at);
        line(x, xi, xs, z, zi, zs, count);
        at += count;
      }
    }
  }

  private static void line(int[] x, int xo, int xs, int[] z, int zo, int zs, int n) {
    if (zs == 1 && xs == 1) {
      if (n > 16) {
        System.arraycopy(x, xo, z, zo, n);
      } else {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i];
        }
      }
    } else if (zs == 1 && xs == 0) {
      int v = x[xo];
      for (int i = 0; i < n; i++) {
        z[zo + i] = v;
      }
    } else {
      for (int i = 0; i < n; i++) {
        z[zo + i * zs] = x[xo + i * xs];
      }
    }
  }

  private static void transpose(
      int[] x, int xo, int xs, int[] z, int zo, int zr, int zs, int rows, int columns) {
    for (int r = 0; r < rows; r += TILE) {
      int toRow = Math.min(rows, r + TILE);
      for (int c = 0; c < columns; c += TILE) {
        int toColumn = Math.min(columns, c + TILE);
        for (int i = r; i < toRow; i++) {
          for (int j = c; j < toColumn; j++) {
            z[zo + i * zr + j * zs] = x[xo + i + j * xs];
          }
        }
      }
    }
  }

  /** Copies the elements [from, to) of the plan from x to z. */
  public static void copy(CopyPlan plan, long[] x, int xo, long[] z, int zo, int from, int to) {
    int inner = plan.inner();
    int last = plan.shape.length - 1;
    int xs = plan.source[last];
    int zs = plan.target[last];
    boolean transposes = plan.transposes();
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int xi = xo + plan.offset(row, plan.source) + column * xs;
      int zi = zo + plan.offset(row, plan.target) + column * zs;
      if (last > 0 && column == 0 && at + 2 * inner <= to) {
        int rows = Math.min(plan.rows() - row % plan.rows(), (to - at) / inner);
        int xr = plan.source[last - 1];
        int zr = plan.target[last - 1];
        if (transposes) {
          transpose(x, xi, xs, z, zi, zr, zs, rows, inner);
        } else {
          for (int r = 0; r < rows; r++) {
            line(x, xi + r * xr, xs, z, zi + r * zr, zs, inner);
          }
        }
        at += rows * inner;
      } else {
        int count = Math.min(inner - column, to - at);
        line(x, xi, xs, z, zi, zs, count);
        at += count;
      }
    }
  }

  private static void line(long[] x, int xo, int xs, long[] z, int zo, int zs, int n) {
    if (zs == 1 && xs == 1) {
      if (n > 16) {
        System.arraycopy(x, xo, z, zo, n);
      } else {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i];
        }
      }
    } else if (zs == 1 && xs == 0) {
      long v = x[xo];
      for (int i = 0; i < n; i++) {
        z[zo + i] = v;
      }
    } else {
      for (int i = 0; i < n; i++) {
        z[zo + i * zs] = x[xo + i * xs];
      }
    }
  }

  private static void transpose(
      long[] x, int xo, int xs, long[] z, int zo, int zr, int zs, int rows, int columns) {
    for (int r = 0; r < rows; r += TILE) {
      int toRow = Math.min(rows, r + TILE);
      for (int c = 0; c < columns; c += TILE) {
        int toColumn = Math.min(columns, c + TILE);
        for (int i = r; i < toRow; i++) {
          for (int j = c; j < toColumn; j++) {
            z[zo + i * zr + j * zs] = x[xo + i + j * xs];
          }
        }
      }
    }
  }

  /** Copies the elements [from, to) of the plan from x to z. */
  public static void copy(CopyPlan plan, short[] x, int xo, short[] z, int zo, int from, int to) {
    int inner = plan.inner();
    int last = plan.shape.length - 1;
    int xs = plan.source[last];
    int zs = plan.target[last];
    boolean transposes = plan.transposes();
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int xi = xo + plan.offset(row, plan.source) + column * xs;
      int zi = zo + plan.offset(row, plan.target) + column * zs;
      if (last > 0 && column == 0 && at + 2 * inner <= to) {
        int rows = Math.min(plan.rows() - row % plan.rows(), (to - at) / inner);
        int xr = plan.source[last - 1];
        int zr = plan.target[last - 1];
        if (transposes) {
          transpose(x, xi, xs, z, zi, zr, zs, rows, inner);
        } else {
          for (int r = 0; r < rows; r++) {
            line(x, xi + r * xr, xs, z, zi + r * zr, zs, inner);
          }
        }
        at += rows * inner;
      } else {
        int count = Math.min(inner - column, to - at);
        line(x, xi, xs, z, zi, zs, count);
        at += count;
      }
    }
  }

  private static void line(short[] x, int xo, int xs, short[] z, int zo, int zs, int n) {
    if (zs == 1 && xs == 1) {
      if (n > 16) {
        System.arraycopy(x, xo, z, zo, n);
      } else {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i];
        }
      }
    } else if (zs == 1 && xs == 0) {
      short v = x[xo];
      for (int i = 0; i < n; i++) {
        z[zo + i] = v;
      }
    } else {
      for (int i = 0; i < n; i++) {
        z[zo + i * zs] = x[xo + i * xs];
      }
    }
  }

  private static void transpose(
      short[] x, int xo, int xs, short[] z, int zo, int zr, int zs, int rows, int columns) {
    for (int r = 0; r < rows; r += TILE) {
      int toRow = Math.min(rows, r + TILE);
      for (int c = 0; c < columns; c += TILE) {
        int toColumn = Math.min(columns, c + TILE);
        for (int i = r; i < toRow; i++) {
          for (int j = c; j < toColumn; j++) {
            z[zo + i * zr + j * zs] = x[xo + i + j * xs];
          }
        }
      }
    }
  }

  /** Copies the elements [from, to) of the plan from x to z. */
  public static void copy(CopyPlan plan, byte[] x, int xo, byte[] z, int zo, int from, int to) {
    int inner = plan.inner();
    int last = plan.shape.length - 1;
    int xs = plan.source[last];
    int zs = plan.target[last];
    boolean transposes = plan.transposes();
    int at = from;
    while (at < to) {
      int row = at / inner;
      int column = at - row * inner;
      int xi = xo + plan.offset(row, plan.source) + column * xs;
      int zi = zo + plan.offset(row, plan.target) + column * zs;
      if (last > 0 && column == 0 && at + 2 * inner <= to) {
        int rows = Math.min(plan.rows() - row % plan.rows(), (to - at) / inner);
        int xr = plan.source[last - 1];
        int zr = plan.target[last - 1];
        if (transposes) {
          transpose(x, xi, xs, z, zi, zr, zs, rows, inner);
        } else {
          for (int r = 0; r < rows; r++) {
            line(x, xi + r * xr, xs, z, zi + r * zr, zs, inner);
          }
        }
        at += rows * inner;
      } else {
        int count = Math.min(inner - column, to - at);
        line(x, xi, xs, z, zi, zs, count);
        at += count;
      }
    }
  }

  private static void line(byte[] x, int xo, int xs, byte[] z, int zo, int zs, int n) {
    if (zs == 1 && xs == 1) {
      if (n > 16) {
        System.arraycopy(x, xo, z, zo, n);
      } else {
        for (int i = 0; i < n; i++) {
          z[zo + i] = x[xo + i];
        }
      }
    } else if (zs == 1 && xs == 0) {
      byte v = x[xo];
      for (int i = 0; i < n; i++) {
        z[zo + i] = v;
      }
    } else {
      for (int i = 0; i < n; i++) {
        z[zo + i * zs] = x[xo + i * xs];
      }
    }
  }

  private static void transpose(
      byte[] x, int xo, int xs, byte[] z, int zo, int zr, int zs, int rows, int columns) {
    for (int r = 0; r < rows; r += TILE) {
      int toRow = Math.min(rows, r + TILE);
      for (int c = 0; c < columns; c += TILE) {
        int toColumn = Math.min(columns, c + TILE);
        for (int i = r; i < toRow; i++) {
          for (int j = c; j < toColumn; j++) {
            z[zo + i * zr + j * zs] = x[xo + i + j * xs];
          }
        }
      }
    }
  }
}
