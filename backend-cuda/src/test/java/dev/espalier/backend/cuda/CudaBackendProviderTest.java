package dev.espalier.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.backend.cuda.driver.DriverProbe;
import dev.espalier.backend.cuda.driver.DriverState;
import dev.espalier.backend.cuda.driver.DriverState.Absent;
import dev.espalier.backend.cuda.driver.DriverState.Devices;
import dev.espalier.backend.cuda.driver.DriverState.Failing;
import dev.espalier.backend.cuda.driver.DriverState.NoDevice;
import dev.espalier.backend.cuda.driver.DriverState.NotADriver;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class CudaBackendProviderTest {
  @Test
  void aLibraryThatIsNotThereIsAbsent() {
    assertThat(new DriverProbe("libno-such-driver.so.1").look())
        .isEqualTo(new Absent("libno-such-driver.so.1"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLibraryWithoutTheDriversFunctionsIsNotADriver() {
    assertThat(new DriverProbe("libm.so.6").look())
        .isEqualTo(new NotADriver("libm.so.6", "cuInit"));
  }

  @Test
  void thisMachinesProbeAnswersAndOpeningRefusesWithTheSameReason() {
    CudaBackendProvider provider = new CudaBackendProvider();

    Unusable found = (Unusable) provider.probe();

    assertThat(found.reason()).isNotBlank();
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> provider.open(Map.of()))
        .satisfies(e -> {
          assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE);
          assertThat(e.found()).isEqualTo(found.reason());
          assertThat(e.repair()).isEqualTo(found.repair());
        });
  }

  static Stream<Arguments> statesAndReasons() {
    return Stream.of(
        Arguments.of(
            new Absent("libcuda.so.1"),
            "no CUDA driver: the library libcuda.so.1 cannot be loaded"),
        Arguments.of(
            new NotADriver("libcuda.so.1", "cuInit"),
            "the library libcuda.so.1 is not the CUDA driver's: it has no cuInit"),
        Arguments.of(
            new Failing("cuInit", 803), "the CUDA driver does not work: cuInit gave error 803"),
        Arguments.of(new NoDevice(13000), "the CUDA driver (CUDA 13.0) sees no device"),
        Arguments.of(
            new Devices(12080, List.of("First", "Second")),
            "this version of Espalier has no CUDA kernels yet;"
                + " the driver (CUDA 12.8) sees First, Second"));
  }

  @ParameterizedTest
  @MethodSource("statesAndReasons")
  void everyStateOfTheDriverHasItsReasonAndARepair(DriverState state, String reason) {
    Unusable found = (Unusable) new CudaBackendProvider(() -> state).probe();

    assertThat(found.reason()).isEqualTo(reason);
    assertThat(found.repair()).endsWith("use --backend cpu");
  }

  @Test
  void aLookThatThrowsIsAReasonToo() {
    CudaBackendProvider provider =
        new CudaBackendProvider(() -> {
          throw new IllegalCallerException("native access is denied");
        });

    assertThat(((Unusable) provider.probe()).reason()).contains("native access is denied");
  }
}
