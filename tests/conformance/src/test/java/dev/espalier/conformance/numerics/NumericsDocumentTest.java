package dev.espalier.conformance.numerics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code docs/numerics.md} is the numerics contract for readers. */
final class NumericsDocumentTest {
  private static final Path DOCUMENT = Path.of("../../docs/numerics.md");
  private static final List<String> TYPES = List.of("f32", "f64", "bf16", "f16");

  @Test
  void theDocumentSaysWhatTheContractSays() throws IOException {
    String wanted = document();
    if (System.getProperty("conformance.write-docs") != null) {
      Files.createDirectories(DOCUMENT.getParent());
      Files.writeString(DOCUMENT, wanted);
    }
    assertThat(Files.readString(DOCUMENT))
        .as(
            "write it again with: ./build test -pl tests/conformance -am"
                + " -Dtest=NumericsDocumentTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dconformance.write-docs=yes")
        .isEqualTo(wanted);
  }

  private static String document() throws IOException {
    Map<String, Map<String, String>> bounds = new LinkedHashMap<>();
    Map<String, String> reasons = new LinkedHashMap<>();
    try (InputStream in = Tolerances.class.getResourceAsStream("tolerances.csv")) {
      for (String line :
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().skip(1).toList()) {
        String[] cells = line.split(",", 5);
        bounds
            .computeIfAbsent(cells[0], _ -> new LinkedHashMap<>())
            .put(cells[1], cells[2] + (cells[3].equals("0") ? "" : " or " + cells[3]));
        reasons.putIfAbsent(cells[0], cells[4]);
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("# The numerics contract");
    lines.add("");
    lines.add(
        "How far a backend's result may be from the exact value: so many units in the last place of"
            + " the element type, or the absolute");
    lines.add(
        "distance after \"or\", whichever allows more. `*` stands for every operation without a line"
            + " of its own: exact, the sign of a zero");
    lines.add(
        "included. Integers and BOOL are exact always. Written from `tolerances.csv` of the"
            + " conformance kit, whose rules hold backends to it.");
    lines.add("");
    lines.add("| operation | " + String.join(" | ", TYPES) + " | why not exact |");
    lines.add("|---" + "|---".repeat(TYPES.size() + 1) + "|");
    bounds.forEach((op, byType) -> {
      StringBuilder row = new StringBuilder("| `" + op + "` |");
      TYPES.forEach(type -> row.append(' ').append(byType.getOrDefault(type, "")).append(" |"));
      lines.add(row.append(' ').append(reasons.get(op)).append(" |").toString());
    });
    return String.join("\n", lines) + "\n";
  }
}
