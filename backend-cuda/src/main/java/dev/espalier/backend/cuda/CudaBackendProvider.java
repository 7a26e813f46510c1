package dev.espalier.backend.cuda;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.backend.cuda.driver.DriverProbe;
import dev.espalier.backend.cuda.driver.DriverState;
import dev.espalier.backend.cuda.driver.DriverState.Absent;
import dev.espalier.backend.cuda.driver.DriverState.Devices;
import dev.espalier.backend.cuda.driver.DriverState.Failing;
import dev.espalier.backend.cuda.driver.DriverState.NoDevice;
import dev.espalier.backend.cuda.driver.DriverState.NotADriver;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Says whether CUDA can be used here. This version of Espalier has no CUDA kernels, so that the
 * answer is always no, with what is missing first: the driver, a device, or the kernels.
 */
public final class CudaBackendProvider implements BackendProvider {
  private static final String USE_CPU = "use --backend cpu";

  private final Supplier<DriverState> driver;

  /** Looks for this system's driver. */
  public CudaBackendProvider() {
    this(new DriverProbe(driverLibrary())::look);
  }

  CudaBackendProvider(Supplier<DriverState> driver) {
    this.driver = driver;
  }

  @Override
  public Probe probe() {
    return unusable();
  }

  /**
   * Refuses.
   *
   * @throws EspalierException BACKEND_UNAVAILABLE with the reason that {@link #probe()} gives
   */
  @Override
  public Backend open(Map<String, String> options) {
    Unusable found = unusable();
    throw new EspalierException(
        ErrorCode.BACKEND_UNAVAILABLE, "backend 'cuda'", found.reason(), found.repair());
  }

  private Unusable unusable() {
    try {
      return explain(driver.get());
    } catch (RuntimeException | LinkageError e) {
      // Such as native access that is denied to this module: a look around never throws.
      return new Unusable(
          "the CUDA driver cannot be asked: " + e,
          "start Java with --enable-native-access=dev.espalier.backend.cuda, or " + USE_CPU);
    }
  }

  private static Unusable explain(DriverState state) {
    return switch (state) {
      case Absent(String library) ->
          new Unusable(
              "no CUDA driver: the library " + library + " cannot be loaded",
              "install NVIDIA's driver, or " + USE_CPU);
      case NotADriver(String library, String symbol) ->
          new Unusable(
              "the library %s is not the CUDA driver's: it has no %s".formatted(library, symbol),
              "repair the installation of NVIDIA's driver, or " + USE_CPU);
      case Failing(String function, int code) ->
          new Unusable(
              "the CUDA driver does not work: %s gave error %d".formatted(function, code),
              "run nvidia-smi and repair what it reports, or " + USE_CPU);
      case NoDevice(int version) ->
          new Unusable(
              "the CUDA driver (%s) sees no device".formatted(version(version)),
              "see which devices CUDA_VISIBLE_DEVICES and nvidia-smi show, or " + USE_CPU);
      case Devices(int version, var devices) ->
          new Unusable(
              "this version of Espalier has no CUDA kernels yet; the driver (%s) sees %s"
                  .formatted(version(version), String.join(", ", devices)),
              USE_CPU);
    };
  }

  private static String version(int version) {
    return "CUDA %d.%d".formatted(version / 1000, version % 1000 / 10);
  }

  private static String driverLibrary() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return system.startsWith("windows") ? "nvcuda.dll" : "libcuda.so.1";
  }
}
