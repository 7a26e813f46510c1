package dev.espalier.integration.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stranger's backend: its own project, the API and the kit, nothing else of Espalier. */
final class ThirdPartyBackendTest {
  @TempDir Path work;

  @Test
  void aStrangersBackendBuildsOutsideAndHoldsTheRules() throws Exception {
    assumeThat(OutsideBuild.packaged()).as("the modules are packaged").isTrue();

    OutsideBuild.Outcome outcome =
        OutsideBuild.in(work).maven("third-party-backend", "verify", "-Dconformance.tier=quick");

    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    assertThat(outcome.output()).containsPattern("Tests run: [1-9][0-9]{2,}, Failures: 0");
    Path report =
        work.resolve("third-party-backend/target/conformance/PlainBackendConformanceTest.json");
    assertThat(Files.readString(report)).contains("\"conforms\":true", "\"rule\":\"BE-2\"");
  }
}
