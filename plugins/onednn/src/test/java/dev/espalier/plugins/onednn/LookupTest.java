package dev.espalier.plugins.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.plugins.onednn.Lookup.Missing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries that are not there, or not oneDNN's. */
final class LookupTest {
  @TempDir Path folder;

  @Test
  void everyNameThatWasTriedIsNamed() {
    assertThat(Lookup.find(Optional.empty(), List.of("libabsent.so.3", "libabsent.so.2")))
        .isEqualTo(new Missing("libabsent.so.3 cannot be loaded; libabsent.so.2 cannot be loaded"));
  }

  @Test
  void aFileThatASettingNamesAndThatIsAbsentIsNotReplacedByAnother() {
    Path file = folder.resolve("libdnnl.so");

    assertThat(Lookup.find(Optional.of(file.toString()), Lookup.names("Linux")))
        .isEqualTo(
            new Missing(
                "no file "
                    + file
                    + ", which espalier.onednn.library or ESPALIER_ONEDNN_LIBRARY names"));
  }

  @Test
  void aFileThatIsNoLibraryIsNotLoaded() throws Exception {
    Path file = Files.writeString(folder.resolve("libdnnl.so"), "not a library");

    assertThat(Lookup.find(Optional.of(file.toString()), List.of()))
        .isEqualTo(new Missing(file + " cannot be loaded"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void aLibraryOfAnotherKindIsNotTaken() {
    assertThat(Lookup.find(Optional.empty(), List.of("libc.so.6")))
        .isEqualTo(new Missing("libc.so.6 has no function dnnl_sgemm"));
  }

  @Test
  void productsWithoutALibrarySayWhatIsMissingAndHowToGetIt() {
    Unusable answer =
        (Unusable) new OnednnProducts(() -> new Missing("libdnnl.so.3 cannot be loaded")).probe();

    assertThat(answer.reason()).isEqualTo("libdnnl.so.3 cannot be loaded");
    assertThat(answer.repair()).contains("install oneDNN").contains("ESPALIER_ONEDNN_LIBRARY");
  }

  @Test
  void aLookAroundNeverThrows() {
    OnednnProducts denied =
        new OnednnProducts(() -> {
          throw new IllegalCallerException("denied");
        });

    assertThat(((Unusable) denied.probe()).repair()).contains("--enable-native-access");
  }

  @ParameterizedTest
  @CsvSource({
    "0x0, false", // another architecture
    "0x7, false", // AVX2
    "0x1f, false", // AVX2 with VNNI 2
    "0x67, false", // AVX-512
    "0xe7, true", // AVX-512 with bf16
    "0xfef, true", // AMX
    "0x201ff, true", // AVX10.2
  })
  void bf16IsLeftToProcessorsThatMultiplyIt(String instructions, boolean has) {
    assertThat(Library.hasBf16(Integer.decode(instructions))).isEqualTo(has);
  }
}
