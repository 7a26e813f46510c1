package dev.espalier.plugins.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.MatrixProducts.Block;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/**
 * oneDNN's C functions: {@code dnnl_version}, {@code dnnl_sgemm} and, where it is there and the
 * processor can, {@code dnnl_gemm_bf16bf16f32}; matrices are row-major. Arrays of the heap are read
 * and written in place, for which the collector waits while a call runs.
 */
@SuppressWarnings("restricted") // the module has native access
final class Library {
  private static final int SUCCESS = 0;

  /** Values of {@code dnnl_cpu_runtime_t}: how the library makes threads. */
  private static final int SEQUENTIAL = 1;

  private static final int OPENMP = 2;
  private static final int THREADPOOL = 8;

  /** {@code dnnl_version_t}: major, minor, patch, hash, the processor's runtime, the GPU's. */
  private static final long VERSION_BYTES = 32;

  private static final long RUNTIME_AT = 24;

  /** {@code dnnl_cpu_isa_avx512_core_bf16}: all that has its bits multiplies BF16. */
  private static final int BF16_INSTRUCTIONS = 0xe7;

  /** (transa, transb, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc) to a status. */
  private static final FunctionDescriptor GEMM =
      FunctionDescriptor.of(
          JAVA_INT,
          JAVA_BYTE,
          JAVA_BYTE,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG,
          JAVA_FLOAT,
          ADDRESS,
          JAVA_LONG);

  private final String version;
  private final MethodHandle one;
  private final MethodHandle gemm;
  private final Optional<MethodHandle> gemmBf16;

  private Library(
      String version, MethodHandle one, MethodHandle gemm, Optional<MethodHandle> gemmBf16) {
    this.version = version;
    this.one = one;
    this.gemm = gemm;
    this.gemmBf16 = gemmBf16.filter(handle -> works(handle, one));
  }

  /**
   * Loads a library, which stays loaded.
   *
   * @param name a file, or a name that the system's loader knows
   * @throws IllegalArgumentException where it cannot be loaded
   * @throws UnsuitableLibraryException where it is not oneDNN's, or makes threads of its own
   */
  static Library load(String name) throws UnsuitableLibraryException {
    SymbolLookup symbols = SymbolLookup.libraryLookup(name, Arena.global());
    Linker linker = Linker.nativeLinker();
    MethodHandle gemm =
        linker.downcallHandle(symbol(symbols, "dnnl_sgemm"), GEMM, Linker.Option.critical(true));
    MethodHandle version =
        linker.downcallHandle(symbol(symbols, "dnnl_version"), FunctionDescriptor.of(ADDRESS));
    MemorySegment facts;
    try {
      facts = ((MemorySegment) version.invokeExact()).reinterpret(VERSION_BYTES);
    } catch (Throwable e) {
      throw new AssertionError("dnnl_version throws nothing", e);
    }
    int runtime = facts.get(JAVA_INT, RUNTIME_AT);
    MethodHandle one =
        switch (runtime) {
          case SEQUENTIAL, THREADPOOL ->
              MethodHandles.empty(MethodType.methodType(void.class, int.class));
          case OPENMP ->
              linker.downcallHandle(
                  symbol(symbols, "omp_set_num_threads"),
                  FunctionDescriptor.ofVoid(JAVA_INT),
                  Linker.Option.critical(false));
          default ->
              throw new UnsuitableLibraryException(
                  "was built with threads that cannot be kept to one (runtime " + runtime + ")");
        };
    String text =
        "%d.%d.%d"
            .formatted(facts.get(JAVA_INT, 0), facts.get(JAVA_INT, 4), facts.get(JAVA_INT, 8));
    return new Library(
        text,
        one,
        gemm,
        symbols
            .find("dnnl_gemm_bf16bf16f32")
            .filter(at -> hasBf16Instructions(symbols, linker))
            .map(at -> linker.downcallHandle(at, GEMM, Linker.Option.critical(true))));
  }

  private static MemorySegment symbol(SymbolLookup symbols, String name)
      throws UnsuitableLibraryException {
    return symbols
        .find(name)
        .orElseThrow(() -> new UnsuitableLibraryException("has no function " + name));
  }

  /** Without them oneDNN multiplies BF16 too, a hundred times more slowly than floats. */
  private static boolean hasBf16Instructions(SymbolLookup symbols, Linker linker) {
    return symbols
        .find("dnnl_get_effective_cpu_isa")
        .map(at -> hasBf16(linker.downcallHandle(at, FunctionDescriptor.of(JAVA_INT))))
        .orElse(false);
  }

  private static boolean hasBf16(MethodHandle instructions) {
    try {
      return hasBf16((int) instructions.invokeExact());
    } catch (Throwable e) {
      throw new AssertionError("dnnl_get_effective_cpu_isa throws nothing", e);
    }
  }

  /**
   * Whether a processor multiplies BF16.
   *
   * @param instructions a value of {@code dnnl_cpu_isa_t}
   */
  static boolean hasBf16(int instructions) {
    return (instructions & BF16_INSTRUCTIONS) == BF16_INSTRUCTIONS;
  }

  /** Whether a product of two ones is carried out. */
  private static boolean works(MethodHandle gemmBf16, MethodHandle one) {
    short[] x = {0x3f80};
    float[] z = {0};
    Block block = new Block(1, 1, 1, false, 1, false, 1, 1);
    return call(gemmBf16, one, block, shorts(x, 0), shorts(x, 0), floats(z, 0)) == SUCCESS
        && z[0] == 1;
  }

  /** The version, as 3.11.0. */
  String version() {
    return version;
  }

  /** Whether BF16 is multiplied here. */
  boolean takesBf16() {
    return gemmBf16.isPresent();
  }

  void multiply(
      Block block,
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      float[] result,
      int resultAt) {
    require(
        call(
            gemm,
            one,
            block,
            floats(left, leftAt),
            floats(right, rightAt),
            floats(result, resultAt)),
        block);
  }

  void multiplyBf16(
      Block block,
      short[] left,
      int leftAt,
      short[] right,
      int rightAt,
      float[] result,
      int resultAt) {
    require(
        call(
            gemmBf16.orElseThrow(),
            one,
            block,
            shorts(left, leftAt),
            shorts(right, rightAt),
            floats(result, resultAt)),
        block);
  }

  private static MemorySegment floats(float[] array, int at) {
    return MemorySegment.ofArray(array).asSlice(JAVA_FLOAT.byteSize() * at);
  }

  private static MemorySegment shorts(short[] array, int at) {
    return MemorySegment.ofArray(array).asSlice(JAVA_SHORT.byteSize() * at);
  }

  /** Calls with one thread: OpenMP keeps the number for each thread that calls. */
  private static int call(
      MethodHandle gemm,
      MethodHandle one,
      Block block,
      MemorySegment left,
      MemorySegment right,
      MemorySegment result) {
    try {
      one.invokeExact(1);
      return (int)
          gemm.invokeExact(
              letter(block.leftTransposed()),
              letter(block.rightTransposed()),
              (long) block.rows(),
              (long) block.columns(),
              (long) block.depth(),
              1f,
              left,
              (long) block.leftStride(),
              right,
              (long) block.rightStride(),
              0f,
              result,
              (long) block.resultStride());
    } catch (Throwable e) {
      throw new AssertionError("a foreign function throws nothing", e);
    }
  }

  private static byte letter(boolean transposed) {
    return (byte) (transposed ? 'T' : 'N');
  }

  private static void require(int status, Block block) {
    if (status != SUCCESS) {
      throw new EspalierException(
          ErrorCode.INTERNAL,
          "oneDNN multiplies " + block,
          "status " + status,
          "use products: java, and report this");
    }
  }
}
