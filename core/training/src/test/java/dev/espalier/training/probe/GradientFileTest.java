package dev.espalier.training.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.testing.Damage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GradientFileTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("g.csv"), text);
  }

  @Test
  void aRowIsAStepAndAColumnAParameter() throws IOException {
    List<double[]> rows = GradientFile.read(file("1, -2.5e1\n\n.5,NaN\r\ninf,-inf\n"), 2);
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0)).containsExactly(1, -25);
    assertThat(rows.get(1)).containsExactly(0.5, Double.NaN);
    assertThat(rows.get(2)).containsExactly(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2~3       | line 2: 1 columns",
        "1,2~3,4,5   | line 2: 3 columns",
        "1,2~3,x     | line 2, column 2: 'x' is not a number",
        "w1,w2~3,4   | line 1, column 1: 'w1' is not a number",
        "1,          | line 1, column 2: '' is not a number",
        "1,1e999     | line 1, column 2: '1e999' is not a number",
        "1,0x1p3     | line 1, column 2: '0x1p3' is not a number",
        "1,nan       | line 1, column 2: 'nan' is not a number",
        "~           | it has no rows"
      })
  void whatIsNoGradientIsRefusedWithItsPlace(String text, String found) throws IOException {
    Path file = file(text.replace('~', '\n'));
    assertThatThrownBy(() -> GradientFile.read(file, 2))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
              assertThat(e.found()).contains(found);
            });
  }

  @Test
  void whatIsNotThereOrIsAFolderIsSaid() {
    assertThatThrownBy(() -> GradientFile.read(folder.resolve("none.csv"), 1))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    assertThatThrownBy(() -> GradientFile.read(folder, 1))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.found()).contains("folder"));
  }

  @Test
  void anyDamageIsReadOrRefusedAndNothingElse() throws IOException {
    byte[] good = "1.5,-2e3\n\"3\",4\n0.25,\"-.5\"\n".getBytes(StandardCharsets.UTF_8);
    Random random = new Random(7);
    Path file = folder.resolve("damaged.csv");
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      Files.write(file, Damage.apply(good, random));
      try {
        assertThat(GradientFile.read(file, 2)).allSatisfy(row -> assertThat(row).hasSize(2));
      } catch (EspalierException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
        refused++;
      }
    }
    assertThat(refused).isBetween(200, 1999);
  }
}
