package dev.espalier.backend.cpu.machine;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** Calls kernels on Java arrays. An object belongs to one thread. */
final class KernelCall {
  /** Without a transition of the thread, so that Java arrays can be passed; calls are short. */
  @SuppressWarnings("restricted") // The code is called by the types that it is written for.
  private static final MethodHandle CALL =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS),
              Linker.Option.critical(true));

  /** The same with two operands more. */
  @SuppressWarnings("restricted")
  private static final MethodHandle CALL_AT_PLACES =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS,
                  ValueLayout.ADDRESS),
              Linker.Option.critical(true));

  /** The same with an operand less. */
  @SuppressWarnings("restricted")
  private static final MethodHandle MOVE =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.ofVoid(
                  ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
              Linker.Option.critical(true));

  private final Vectors vectors;
  private final long[] block = new long[Parameter.BLOCK];
  private final MemorySegment segment = MemorySegment.ofArray(block);

  KernelCall(Vectors vectors) {
    this.vectors = vectors;
  }

  /** Sets a number. */
  void set(Parameter parameter, long value) {
    block[parameter.index()] = value;
  }

  /** Sets a distance that is given in elements. */
  void setElements(Parameter parameter, long count) {
    block[parameter.index()] = count * vectors.elementBytes();
  }

  /** Sets the number of columns and with it the lanes of the last ones. */
  void setColumns(int columns) {
    set(Parameter.COLUMNS, columns);
    int rest = columns % ProductCode.columns(vectors);
    int first = Parameter.MASKS.index();
    int lanes = vectors.lanes();
    if (vectors.masked()) {
      block[first] = (1L << Math.min(rest, lanes)) - 1;
      block[first + 1] = (1L << Math.max(rest - lanes, 0)) - 1;
    } else {
      int bytes = rest * vectors.elementBytes();
      Arrays.fill(block, first, first + bytes / Long.BYTES, -1);
      Arrays.fill(block, first + bytes / Long.BYTES, Parameter.BLOCK, 0);
      if (bytes % Long.BYTES != 0) {
        block[first + bytes / Long.BYTES] = 0xFFFF_FFFFL;
      }
    }
  }

  /** Calls {@link TransposeCode} with the numbers that are set. */
  void transpose(MemorySegment function, MemorySegment from, MemorySegment to) {
    try {
      MOVE.invokeExact(function, from, to, segment);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Calls {@link EverySecondCode} with the numbers that are set. */
  void everySecond(
      MemorySegment function,
      MemorySegment from,
      MemorySegment to,
      MemorySegment linesFrom,
      MemorySegment linesTo) {
    multiplyAtPlaces(function, from, to, linesFrom, linesTo, from);
  }

  /** Calls {@link ProductCode} for rows of B at places with the numbers that are set. */
  void multiplyAtPlaces(
      MemorySegment function,
      MemorySegment a,
      MemorySegment b,
      MemorySegment c,
      MemorySegment places,
      MemorySegment ahead) {
    try {
      CALL_AT_PLACES.invokeExact(function, a, b, c, segment, places, ahead);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Calls {@link ProductCode} with the numbers that are set. */
  void multiply(MemorySegment function, MemorySegment a, MemorySegment b, MemorySegment c) {
    try {
      CALL.invokeExact(function, a, b, c, segment);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
