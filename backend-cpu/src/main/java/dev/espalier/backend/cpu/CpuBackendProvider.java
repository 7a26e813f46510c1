package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.backend.cpu.kernel.PanelKernels;
import dev.espalier.backend.cpu.machine.MachineKernels;
import java.util.Map;

/**
 * Opens the CPU backend. Options: {@code threads}, from 1 to {@value #MOST_THREADS}, by default the
 * number of processors; {@code native}, {@code on} by default: whether matrix products may run in
 * machine code where that can be. The results are the same bits.
 */
public final class CpuBackendProvider implements BackendProvider {
  /** The largest number of threads that is taken. */
  public static final int MOST_THREADS = 1024;

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
    for (String key : options.keySet()) {
      if (!key.equals("threads") && !key.equals("native")) {
        throw new EspalierException(
            ErrorCode.UNKNOWN_KEY,
            "the cpu backend has the options threads and native",
            key,
            "remove the option " + key);
      }
    }
    if (probe() instanceof Unusable(String reason, String repair)) {
      throw new EspalierException(
          ErrorCode.BACKEND_UNAVAILABLE, "the cpu backend needs vectors", reason, repair);
    }
    String threads = options.get("threads");
    return new CpuBackend(
        threads == null
            ? Math.min(Runtime.getRuntime().availableProcessors(), MOST_THREADS)
            : threads(threads),
        isNative(options.getOrDefault("native", "on"))
            ? MachineKernels.orJava()
            : PanelKernels.java("products in Java"));
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
