package dev.espalier.conformance.cases;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs {@link WriteCases} where {@code golden/exact.sh} asks for it. */
final class WriteCasesTest {
  @Test
  @EnabledIfSystemProperty(named = "conformance.write-cases", matches = ".+")
  void writesTheCases() throws IOException {
    WriteCases.main(new String[] {System.getProperty("conformance.write-cases")});
  }
}
