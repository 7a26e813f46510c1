package dev.espalier.backend.cpu.run;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.DType;
import dev.espalier.backend.cpu.kernel.BooleanLogic;
import dev.espalier.backend.cpu.kernel.DoubleComparison;
import dev.espalier.backend.cpu.kernel.DoubleGamma;
import dev.espalier.backend.cpu.kernel.FloatComparison;
import dev.espalier.backend.cpu.kernel.FloatGamma;
import dev.espalier.backend.cpu.kernel.IntComparison;
import dev.espalier.backend.cpu.kernel.LongComparison;

/**
 * The operations of fused loops. Registers of 16-bit floats hold F32 here: they are rounded by
 * {@link Conversion}.
 */
public final class Elementwise {
  private Elementwise() {}

  /** An operation whose result may be written over an operand of the same elements. */
  public sealed interface InPlace extends BlockOp {}

  /** How the operands of a binary operation come. */
  public enum Form {
    /** Both are blocks. */
    BLOCKS,
    /** The second is one value. */
    RIGHT_SCALAR,
    /** The first is one value. */
    LEFT_SCALAR
  }

  /** {@code z = kind(x)}. */
  public record UnaryOp(Unary.Kind kind, ArrayKind arrays, int x, int z) implements InPlace {
    @Override
    public void run(Lane r, int start, int n) {
      switch (arrays) {
        case FLOATS -> FloatBlocks.unary(kind, r.f(x), r.at(x), r.f(z), r.at(z), n);
        case DOUBLES -> DoubleBlocks.unary(kind, r.d(x), r.at(x), r.d(z), r.at(z), n);
        case INTS -> IntBlocks.unary(kind, r.i(x), r.at(x), r.i(z), r.at(z), n);
        case LONGS -> LongBlocks.unary(kind, r.l(x), r.at(x), r.l(z), r.at(z), n);
        case BYTES -> BooleanLogic.not(r.b(x), r.at(x), r.b(z), r.at(z), n);
        case SHORTS -> throw new AssertionError(arrays);
      }
    }
  }

  /** {@code z = kind(x, y)}. */
  public record BinaryOp(Binary.Kind kind, ArrayKind arrays, Form form, int x, int y, int z)
      implements InPlace {
    @Override
    public void run(Lane r, int start, int n) {
      int xo = r.at(x);
      int yo = r.at(y);
      int zo = r.at(z);
      switch (form) {
        case BLOCKS -> {
          switch (arrays) {
            case FLOATS -> FloatBlocks.binary(kind, r.f(x), xo, r.f(y), yo, r.f(z), zo, n);
            case DOUBLES -> DoubleBlocks.binary(kind, r.d(x), xo, r.d(y), yo, r.d(z), zo, n);
            case INTS -> IntBlocks.binary(kind, r.i(x), xo, r.i(y), yo, r.i(z), zo, n);
            case LONGS -> LongBlocks.binary(kind, r.l(x), xo, r.l(y), yo, r.l(z), zo, n);
            case BYTES -> ByteBlocks.binary(kind, r.b(x), xo, r.b(y), yo, r.b(z), zo, n);
            case SHORTS -> throw new AssertionError(arrays);
          }
        }
        case RIGHT_SCALAR -> {
          switch (arrays) {
            case FLOATS -> FloatBlocks.binaryRight(kind, r.f(x), xo, r.f(y)[yo], r.f(z), zo, n);
            case DOUBLES -> DoubleBlocks.binaryRight(kind, r.d(x), xo, r.d(y)[yo], r.d(z), zo, n);
            case INTS -> IntBlocks.binaryRight(kind, r.i(x), xo, r.i(y)[yo], r.i(z), zo, n);
            case LONGS -> LongBlocks.binaryRight(kind, r.l(x), xo, r.l(y)[yo], r.l(z), zo, n);
            case BYTES, SHORTS -> throw new AssertionError(arrays);
          }
        }
        case LEFT_SCALAR -> {
          switch (arrays) {
            case FLOATS -> FloatBlocks.binaryLeft(kind, r.f(x)[xo], r.f(y), yo, r.f(z), zo, n);
            case DOUBLES -> DoubleBlocks.binaryLeft(kind, r.d(x)[xo], r.d(y), yo, r.d(z), zo, n);
            case INTS -> IntBlocks.binaryLeft(kind, r.i(x)[xo], r.i(y), yo, r.i(z), zo, n);
            case LONGS -> LongBlocks.binaryLeft(kind, r.l(x)[xo], r.l(y), yo, r.l(z), zo, n);
            case BYTES, SHORTS -> throw new AssertionError(arrays);
          }
        }
      }
    }
  }

  /** {@code z = x kind y}, booleans. */
  public record CompareOp(Compare.Kind kind, ArrayKind arrays, Form form, int x, int y, int z)
      implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      int xo = r.at(x);
      int yo = r.at(y);
      int zo = r.at(z);
      byte[] to = r.b(z);
      switch (form) {
        case BLOCKS -> {
          switch (arrays) {
            case FLOATS -> FloatBlocks.compare(kind, r.f(x), xo, r.f(y), yo, to, zo, n);
            case DOUBLES -> DoubleBlocks.compare(kind, r.d(x), xo, r.d(y), yo, to, zo, n);
            case INTS -> IntBlocks.compare(kind, r.i(x), xo, r.i(y), yo, to, zo, n);
            case LONGS -> LongBlocks.compare(kind, r.l(x), xo, r.l(y), yo, to, zo, n);
            case BYTES -> ByteBlocks.compare(kind, r.b(x), xo, r.b(y), yo, to, zo, n);
            case SHORTS -> throw new AssertionError(arrays);
          }
        }
        case RIGHT_SCALAR -> {
          switch (arrays) {
            case FLOATS -> FloatBlocks.compareRight(kind, r.f(x), xo, r.f(y)[yo], to, zo, n);
            case DOUBLES -> DoubleBlocks.compareRight(kind, r.d(x), xo, r.d(y)[yo], to, zo, n);
            case INTS -> IntBlocks.compareRight(kind, r.i(x), xo, r.i(y)[yo], to, zo, n);
            case LONGS -> LongBlocks.compareRight(kind, r.l(x), xo, r.l(y)[yo], to, zo, n);
            case BYTES, SHORTS -> throw new AssertionError(arrays);
          }
        }
        case LEFT_SCALAR -> {
          switch (arrays) {
            case FLOATS -> FloatBlocks.compareLeft(kind, r.f(x)[xo], r.f(y), yo, to, zo, n);
            case DOUBLES -> DoubleBlocks.compareLeft(kind, r.d(x)[xo], r.d(y), yo, to, zo, n);
            case INTS -> IntBlocks.compareLeft(kind, r.i(x)[xo], r.i(y), yo, to, zo, n);
            case LONGS -> LongBlocks.compareLeft(kind, r.l(x)[xo], r.l(y), yo, to, zo, n);
            case BYTES, SHORTS -> throw new AssertionError(arrays);
          }
        }
      }
    }
  }

  /** {@code z = c ? x : y}. */
  public record SelectOp(ArrayKind arrays, Form form, int c, int x, int y, int z)
      implements InPlace {
    @Override
    public void run(Lane r, int start, int n) {
      byte[] m = r.b(c);
      int mo = r.at(c);
      int xo = r.at(x);
      int yo = r.at(y);
      int zo = r.at(z);
      switch (form) {
        case BLOCKS -> {
          switch (arrays) {
            case FLOATS -> FloatComparison.select(m, mo, r.f(x), xo, r.f(y), yo, r.f(z), zo, n);
            case DOUBLES -> DoubleComparison.select(m, mo, r.d(x), xo, r.d(y), yo, r.d(z), zo, n);
            case INTS -> IntComparison.select(m, mo, r.i(x), xo, r.i(y), yo, r.i(z), zo, n);
            case LONGS -> LongComparison.select(m, mo, r.l(x), xo, r.l(y), yo, r.l(z), zo, n);
            case BYTES -> BooleanLogic.select(m, mo, r.b(x), xo, r.b(y), yo, r.b(z), zo, n);
            case SHORTS -> throw new AssertionError(arrays);
          }
        }
        case RIGHT_SCALAR -> {
          switch (arrays) {
            case FLOATS -> FloatComparison.select(m, mo, r.f(x), xo, r.f(y)[yo], r.f(z), zo, n);
            case DOUBLES -> DoubleComparison.select(m, mo, r.d(x), xo, r.d(y)[yo], r.d(z), zo, n);
            case INTS -> IntComparison.select(m, mo, r.i(x), xo, r.i(y)[yo], r.i(z), zo, n);
            case LONGS -> LongComparison.select(m, mo, r.l(x), xo, r.l(y)[yo], r.l(z), zo, n);
            case BYTES, SHORTS -> throw new AssertionError(arrays);
          }
        }
        case LEFT_SCALAR -> {
          switch (arrays) {
            case FLOATS -> FloatComparison.select(m, mo, r.f(x)[xo], r.f(y), yo, r.f(z), zo, n);
            case DOUBLES -> DoubleComparison.select(m, mo, r.d(x)[xo], r.d(y), yo, r.d(z), zo, n);
            case INTS -> IntComparison.select(m, mo, r.i(x)[xo], r.i(y), yo, r.i(z), zo, n);
            case LONGS -> LongComparison.select(m, mo, r.l(x)[xo], r.l(y), yo, r.l(z), zo, n);
            case BYTES, SHORTS -> throw new AssertionError(arrays);
          }
        }
      }
    }
  }

  /** {@code z = polygamma(order, x)}. */
  public record PolygammaOp(int order, ArrayKind arrays, int x, int z) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      if (arrays == ArrayKind.DOUBLES) {
        DoubleGamma.polygamma(order, r.d(x), r.at(x), r.d(z), r.at(z), n);
      } else {
        FloatGamma.polygamma(order, r.f(x), r.at(x), r.f(z), r.at(z), n);
      }
    }
  }

  /** The bits of x as another type of the same size; not for 16-bit types. */
  public record BitcastOp(DType from, DType to, int x, int z) implements BlockOp {
    @Override
    public void run(Lane r, int start, int n) {
      bitcast(from, to, r.array(x), r.at(x), r.array(z), r.at(z), n);
    }

    private static void bitcast(DType from, DType to, Object x, int xo, Object z, int zo, int n) {
      for (int i = 0; i < n; i++) {
        switch (from) {
          case F32 -> ((int[]) z)[zo + i] = Float.floatToRawIntBits(((float[]) x)[xo + i]);
          case I32 -> ((float[]) z)[zo + i] = Float.intBitsToFloat(((int[]) x)[xo + i]);
          case F64 -> ((long[]) z)[zo + i] = Double.doubleToRawLongBits(((double[]) x)[xo + i]);
          case I64 -> ((double[]) z)[zo + i] = Double.longBitsToDouble(((long[]) x)[xo + i]);
          case BF16, F16, BOOL -> throw new AssertionError(from + " to " + to);
        }
      }
    }
  }
}
