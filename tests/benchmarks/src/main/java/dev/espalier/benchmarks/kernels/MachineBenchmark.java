package dev.espalier.benchmarks.kernels;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What the machine can do at best, in the same run: fused multiply-adds of vectors in registers,
 * and copies of arrays that fit no cache. JMH's threads are the threads; its rates are their sum.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class MachineBenchmark {
  /** Floats of an array that is copied: 64 MiB, as of the elementwise benchmarks. */
  public static final int COPIED = 1 << 24;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Enough that a call costs little, and few enough that there are many before it is compiled. */
  private static final int ROUNDS = 1_000;

  /** Chains of dependent operations: latency times throughput of today's cores, and some more. */
  private static final int CHAINS = 12;

  /** The floating-point operations of one call of {@link #fusedMultiplyAdd}. */
  public static double peakOperations() {
    return 2.0 * CHAINS * ROUNDS * SPECIES.length();
  }

  /** The bytes that one call of {@link #arrayCopy} reads and writes. */
  public static double copiedBytes() {
    return 2.0 * Float.BYTES * COPIED;
  }

  /** Two arrays for each thread. */
  @State(Scope.Thread)
  public static class CopiedArrays {
    private float[] from = {};
    private float[] to = {};

    /** Touches every page. */
    @Setup
    public void fill() {
      from = new float[COPIED];
      to = new float[COPIED];
      Arrays.fill(from, 1);
      Arrays.fill(to, 2);
    }
  }

  /** {@code a = a * b + c} in independent chains, all in registers. */
  @Benchmark
  public float fusedMultiplyAdd() {
    FloatVector b = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector c = FloatVector.broadcast(SPECIES, 1f);
    FloatVector a0 = FloatVector.broadcast(SPECIES, 0f);
    FloatVector a1 = FloatVector.broadcast(SPECIES, 1f);
    FloatVector a2 = FloatVector.broadcast(SPECIES, 2f);
    FloatVector a3 = FloatVector.broadcast(SPECIES, 3f);
    FloatVector a4 = FloatVector.broadcast(SPECIES, 4f);
    FloatVector a5 = FloatVector.broadcast(SPECIES, 5f);
    FloatVector a6 = FloatVector.broadcast(SPECIES, 6f);
    FloatVector a7 = FloatVector.broadcast(SPECIES, 7f);
    FloatVector a8 = FloatVector.broadcast(SPECIES, 8f);
    FloatVector a9 = FloatVector.broadcast(SPECIES, 9f);
    FloatVector a10 = FloatVector.broadcast(SPECIES, 10f);
    FloatVector a11 = FloatVector.broadcast(SPECIES, 11f);
    for (int i = 0; i < ROUNDS; i++) {
      a0 = a0.fma(b, c);
      a1 = a1.fma(b, c);
      a2 = a2.fma(b, c);
      a3 = a3.fma(b, c);
      a4 = a4.fma(b, c);
      a5 = a5.fma(b, c);
      a6 = a6.fma(b, c);
      a7 = a7.fma(b, c);
      a8 = a8.fma(b, c);
      a9 = a9.fma(b, c);
      a10 = a10.fma(b, c);
      a11 = a11.fma(b, c);
    }
    return a0.add(a1)
        .add(a2.add(a3))
        .add(a4.add(a5).add(a6.add(a7)))
        .add(a8.add(a9).add(a10.add(a11)))
        .lane(0);
  }

  /** The platform's own copy. */
  @Benchmark
  public float[] arrayCopy(CopiedArrays arrays) {
    System.arraycopy(arrays.from, 0, arrays.to, 0, COPIED);
    return arrays.to;
  }
}
