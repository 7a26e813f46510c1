package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import dev.espalier.backend.cpu.machine.MachineKernels;
import java.util.List;
import java.util.Map;

/**
 * Opens the CPU backend. Options: {@code threads}, from 1 to {@value #MOST_THREADS}, by default the
 * number of processors; {@code native}, {@code on} by default: whether matrix products may run in
 * machine code where that can be, which gives the same bits; {@code products}, {@code java} by
 * default: the name of {@link MatrixProducts} that a plugin registers, which then multiply the
 * matrices of floats. Where those cannot be used here, the description says why, and the products
 * are Java's.
 */
public final class CpuBackendProvider implements BackendProvider {
  /** The largest number of threads that is taken. */
  public static final int MOST_THREADS = 1024;

  private static final String JAVA = "java";

  private static final List<String> OPTIONS = List.of("threads", "native", "products");

  /** A provider. */
  public CpuBackendProvider() {}

  @Override
  public Probe probe() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return new Unusable(
          "the module jdk.incubator.vector is not there",
          "start the JVM with --add-modules jdk.incubator.vector");
    }
    return new Usable(
        System.getProperty("os.arch")
            + ", "
            + Runtime.getRuntime().availableProcessors()
            + " processors");
  }

  /**
   * Opens the backend.
   *
   * @throws EspalierException UNKNOWN_KEY or BAD_VALUE for an option, BACKEND_UNAVAILABLE where
   *     {@link #probe} says so
   */
  @Override
  public Backend open(Map<String, String> options) {
    return open(
        options,
        name -> {
          throw new EspalierException(
              ErrorCode.UNKNOWN_NAME,
              "matrix products '" + name + "'",
              "the backend was opened without the products of plugins",
              "open it through the host, or leave products out for Java's");
        });
  }

  /**
   * Opens the backend, which uses the products that its options name.
   *
   * @throws EspalierException as {@link #open(Map)}, and UNKNOWN_NAME for products that no plugin
   *     registers
   */
  @Override
  public Backend open(Map<String, String> options, MatrixProducts.Source products) {
    for (String key : options.keySet()) {
      if (!OPTIONS.contains(key)) {
        throw new EspalierException(
            ErrorCode.UNKNOWN_KEY,
            "the cpu backend has the options " + String.join(", ", OPTIONS),
            key,
            "remove the option " + key);
      }
    }
    if (probe() instanceof Unusable(String reason, String repair)) {
      throw new EspalierException(
          ErrorCode.BACKEND_UNAVAILABLE, "the cpu backend needs vectors", reason, repair);
    }
    String threads = options.get("threads");
    String chosen = options.getOrDefault("products", JAVA).strip();
    return new CpuBackend(
        threads == null
            ? Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS)
            : threads(threads),
        isNative(options.getOrDefault("native", "on"))
            ? MachineKernels.orJava()
            : PanelKernels.java("products in Java"),
        chosen.equals(JAVA) ? ChosenProducts.ofJava() : ChosenProducts.of(chosen, products));
  }

  private static boolean isNative(String text) {
    return switch (text.strip()) {
      case "on" -> true;
      case "off" -> false;
      default ->
          throw new EspalierException(
              ErrorCode.BAD_VALUE,
              "native is on or off",
              text,
              "give native such a value, or leave it out for on");
    };
  }

  private static int threads(String text) {
    try {
      int threads = Integer.parseInt(text.strip());
      if (threads >= 1 && threads <= MOST_THREADS) {
        return threads;
      }
    } catch (NumberFormatException e) {
      throw badThreads(text);
    }
    throw badThreads(text);
  }

  private static EspalierException badThreads(String text) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        "threads is an integer from 1 to " + MOST_THREADS,
        text,
        "give threads such a number, or leave it out for one a processor");
  }
}
