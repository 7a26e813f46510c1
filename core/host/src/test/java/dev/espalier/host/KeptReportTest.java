package dev.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.host.PluginOrigin.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptReportTest {
  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final LocalDate DAY = LocalDate.of(2026, 11, 27);

  @TempDir Path folder;

  private static Map<String, Object> rule(
      String subject, String id, int passed, int failed, int gaps, int notRun) {
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("passed", passed);
    rule.put("failed", failed);
    rule.put("known_gaps", gaps);
    rule.put("not_run", notRun);
    rule.put("subject", subject);
    rule.put("rule", id);
    rule.put("statement", "It is so.");
    return rule;
  }

  private static Map<String, Object> report() {
    return Map.of(
        "conforms",
        false,
        "rules",
        List.of(
            rule("third.bells", "PL-1", 1, 0, 0, 0),
            rule("activation bell", "ACT-1", 10, 2, 0, 0),
            rule("activation bell", "ACT-2", 5, 0, 1, 0),
            rule("gong", "OP-1", 0, 0, 0, 7)),
        "worst",
        List.of(Map.of("ulp", 0.5)));
  }

  private PluginOrigin origin(String hash) {
    return new PluginOrigin(
        Kind.DIRECTORY, folder.resolve("bell.jar").toString(), Optional.of(hash), List.of());
  }

  private Path write() {
    return KeptReport.write(folder.resolve("bell.jar"), HASH, "quick", DAY, report());
  }

  @Test
  void aReportIsToldOfTheExtensionThatIsAskedFor() {
    assertThat(KeptReport.lineOf(origin(HASH), "activation", "bell")).isEmpty();
    assertThat(write()).isEqualTo(folder.resolve("bell.jar.conformance.json"));
    assertThat(KeptReport.lineOf(origin(HASH), "activation", "bell"))
        .contains(
            "15 of 18 trials of 2 rules passed, 2 failed, 1 known gaps, on 2026-11-27, quick tier");
    assertThat(KeptReport.lineOf(origin(HASH), "backend", "gong"))
        .contains("0 of 7 trials of 1 rules passed, 7 not run, on 2026-11-27, quick tier");
    assertThat(KeptReport.lineOf(origin(HASH), "gradient-transform", "clip").orElseThrow())
        .startsWith("16 of 26 trials of 4 rules passed")
        .endsWith("of the whole plugin: there is no rule for this extension alone");
  }

  @Test
  void aReportOfAnotherFileIsNotToldAsOfThisOne() {
    write();
    assertThat(KeptReport.lineOf(origin("fedcba9876543210".repeat(4)), "activation", "bell"))
        .contains("a report of another file (SHA-256 " + HASH + ")");
  }

  @Test
  void aPluginOfTheProgramHasNone() {
    write();
    for (Kind kind : List.of(Kind.PROGRAM, Kind.GIVEN)) {
      PluginOrigin origin =
          new PluginOrigin(
              kind, folder.resolve("bell.jar").toString(), Optional.of(HASH), List.of());
      assertThat(KeptReport.lineOf(origin, "activation", "bell")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "espalier-kept-conformance | another | format",
        "\"format_version\": 1 | \"format_version\": 2 | format_version is 2",
        "89abcdef | 89ABCDEF | sha256",
        "\"quick\" | \"quick\\u001b[2J\" | tier",
        "2026-11-27 | 2026-11-31 | date",
        "\"passed\": 10 | \"passed\": -1 | passed is -1",
        "\"passed\": 10 | \"passed\": 9223372036854775807 | no number of trials",
        "\"passed\": 10 | \"passed\": 10.5 | passed",
        "\"rules\" | \"rule\" | rules",
        "\"report\" | \"reports\" | report",
      })
  void aChangedReportSaysWhyItCannotBeRead(String from, String to, String found)
      throws IOException {
    Path file = write();
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
    assertThat(KeptReport.lineOf(origin(HASH), "activation", "bell").orElseThrow())
        .startsWith("a report that cannot be read: ")
        .contains(found);
  }

  @Test
  void aFolderInItsPlaceAndATooLongFileCannotBeRead() throws IOException {
    Path file = Files.createDirectory(folder.resolve("bell.jar.conformance.json"));
    assertThat(KeptReport.lineOf(origin(HASH), "activation", "bell").orElseThrow())
        .startsWith("a report that cannot be read: ");
    Files.delete(file);
    Files.write(file, new byte[KeptReport.MAX_BYTES + 1]);
    assertThat(KeptReport.lineOf(origin(HASH), "activation", "bell").orElseThrow())
        .contains("it is longer than");
  }

  @Test
  void theCauseCannotWriteToTheTerminal() throws IOException {
    Files.writeString(
        folder.resolve("bell.jar.conformance.json"), "{\"a\\u001b[2J\": 1, \"a\\u001b[2J\": 1}");
    assertThat(KeptReport.lineOf(origin(HASH), "activation", "bell").orElseThrow())
        .startsWith("a report that cannot be read: ")
        .doesNotContain("\u001b");
  }

  @Test
  void noDamageMakesTheReaderFail() throws IOException {
    Path file = write();
    byte[] whole = Files.readAllBytes(file);
    SplittableRandom random = new SplittableRandom(5);
    int unreadable = 0;
    for (int i = 0; i < 3000; i++) {
      byte[] damaged =
          random.nextBoolean() ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
      for (int flips = random.nextInt(5); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      String line = KeptReport.lineOf(origin(HASH), "activation", "bell").orElseThrow();
      assertThat(line).doesNotContainPattern("\\p{Cntrl}");
      unreadable += line.startsWith("a report that cannot be read: ") ? 1 : 0;
    }
    assertThat(unreadable).isGreaterThan(1500);
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    Files.writeString(folder.resolve("bell.jar.conformance.json"), "[".repeat(100_000));
    assertThat(KeptReport.lineOf(origin(HASH), "activation", "bell").orElseThrow())
        .startsWith("a report that cannot be read: ");
  }

  @Test
  void theFileStandsBesideAFolderTooHoweverItIsNamed() {
    assertThat(KeptReport.fileOf(Path.of("mine/bell/")))
        .isEqualTo(Path.of("mine/bell.conformance.json").toAbsolutePath());
    assertThat(KeptReport.fileOf(Path.of("mine/bell/.")))
        .isEqualTo(Path.of("mine/bell.conformance.json").toAbsolutePath());
  }
}
