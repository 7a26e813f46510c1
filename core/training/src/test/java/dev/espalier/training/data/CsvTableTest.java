package dev.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
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
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("some.csv"), text);
  }

  private CsvTable read(String text) throws IOException {
    return CsvTable.read(file(text), CsvFormat.classification("kind"));
  }

  private void refused(String text, String found) throws IOException {
    Path file = file(text);
    assertThatThrownBy(() -> CsvTable.read(file, CsvFormat.classification("kind")))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
              assertThat(e.asked()).contains("some.csv");
              assertThat(e.found()).contains(found);
            });
  }

  @Test
  void featuresKeepTheirOrderAndTheLabelMayStandAnywhere() throws IOException {
    CsvTable table = read("a,kind,b\n1,no, -2.5e1\n.5,yes,+3\n\n4,no,5.\n");
    assertThat(table.features()).containsExactly("a", "b");
    assertThat(table.inputs()).isEqualTo(NdArray.of(new float[] {1, -25, .5f, 3, 4, 5}, 3, 2));
    assertThat(table.targets()).isEqualTo(NdArray.of(new int[] {0, 1, 0}, 3));
    assertThat(table.classes()).containsExactly("no", "yes");
  }

  @Test
  void classesAreNumberedIndependentlyOfTheOrderOfRows() throws IOException {
    assertThat(read("a,kind\n1,b\n2,a\n").classes()).containsExactly("a", "b");
    assertThat(read("a,kind\n2,a\n1,b\n").classes()).containsExactly("a", "b");
    assertThat(read("a,kind\n2,10\n1,9\n3,-1\n").classes()).containsExactly("-1", "9", "10");
    assertThat(read("a,kind\n2,10\n1,9\n3,x\n").classes()).containsExactly("10", "9", "x");
  }

  @Test
  void classesKnownFromTrainingKeepTheirNumbersAndOthersAreRefused() throws IOException {
    CsvFormat format = CsvFormat.classification("kind").withClasses(List.of("z", "y"));
    assertThat(CsvTable.read(file("a,kind\n1,y\n"), format).targets())
        .isEqualTo(NdArray.of(new int[] {1}, 1));
    Path file = file("a,kind\n1,y\n2,x\n");
    assertThatThrownBy(() -> CsvTable.read(file, format))
        .hasMessageContaining("line 3, column 2: the class 'x'");
  }

  @Test
  void aNumberCanBeTheLabel() throws IOException {
    CsvTable table = CsvTable.read(file("y,x\n1.5,2\n"), CsvFormat.regression("y"));
    assertThat(table.targets()).isEqualTo(NdArray.of(new float[] {1.5f}, 1));
    assertThat(table.classes()).isEmpty();
    assertThat(table.dataset().size()).isEqualTo(1);
  }

  @Test
  void quotesCarriageReturnsAndAByteOrderMarkAreUnderstood() throws IOException {
    CsvTable table = read("\ufeff\"a\",\"kind\"\r\n\"1\",\"x,\"\"y\n\"\r\n");
    assertThat(table.features()).containsExactly("a");
    assertThat(table.classes()).containsExactly("x,\"y");
  }

  @Test
  void theFormOfTheTableIsChecked() throws IOException {
    refused("", "it is empty");
    refused("a,kind\n", "a header and no rows");
    refused("kind\nx\n", "the label is its only column");
    refused("a,a,kind\n1,2,x\n", "line 1, column 2: a second column named 'a'");
    refused("a,,kind\n1,2,x\n", "line 1, column 2: a column without a name");
    refused("a,b,kind\n1,2,x\n1,2\n", "line 3, column 2: 2 fields where the header has 3");
    refused("a,kind\n1,x,9\n", "line 2, column 2: 3 fields where the header has 2");
    refused("a,kind\n1,\n", "line 2, column 2: an empty class name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "1,5e",
        "NaN",
        "Infinity",
        "1d",
        "0x1p3",
        "1 2",
        "1e",
        "--1",
        ".",
        "1e39"
      })
  void whatIsNoNumberIsNamedWithLineAndColumn(String text) throws IOException {
    refused("a,kind,b\n1,x,2\n1,x,\"" + text + "\"\n", "line 3, column 3: ");
  }

  @ParameterizedTest
  @CsvSource({"3.4e38", "1e-46", "-0", "007", "1E+2"})
  void numbersAreRoundedToTheNearestFloat(String text) throws IOException {
    assertThat(read("a,kind\n" + text + ",x\n").inputs())
        .isEqualTo(NdArray.of(new float[] {Float.parseFloat(text)}, 1, 1));
  }

  @Test
  void aLabelThatIsNoColumnIsRefusedWithTheColumns() throws IOException {
    Path file = file("a,b\n1,2\n");
    assertThatThrownBy(() -> CsvTable.read(file, CsvFormat.classification("kind")))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME);
              assertThat(e.found()).contains("a, b");
            });
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() throws IOException {
    Path file = Files.write(folder.resolve("some.csv"), new byte[] {'a', ',', (byte) 0xff, '\n'});
    assertThatThrownBy(() -> CsvTable.read(file, CsvFormat.classification("kind")))
        .hasMessageContaining("UTF-8");
  }

  @Test
  void aFileBeyondTheLimitIsRefusedBeforeItIsRead() throws IOException {
    Path file = file("a,kind\n1,x\n");
    CsvFormat small =
        new CsvFormat("kind", CsvFormat.Label.CLASS, java.util.Optional.empty(), ',', 10);
    assertThatThrownBy(() -> CsvTable.read(file, small)).hasMessageContaining("11 bytes");
    assertThatThrownBy(() -> CsvTable.read(folder.resolve("absent.csv"), small))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
  }

  @Test
  void manyRowsAreAllRead() throws IOException {
    StringBuilder text = new StringBuilder("a,b,kind\n");
    for (int i = 0; i < 5000; i++) {
      text.append(i).append(',').append(-i).append(",c").append(i % 3).append('\n');
    }
    CsvTable table = read(text.toString());
    float[] values = (float[]) table.inputs().storage();
    for (int i = 0; i < 5000; i++) {
      assertThat(values[2 * i]).isEqualTo(i);
      assertThat(values[2 * i + 1]).isEqualTo(-i);
      assertThat(table.targets().getLong(i)).isEqualTo(i % 3);
    }
  }

  @Test
  void randomDamageNeverThrowsAnythingElse() throws IOException {
    Random random = new Random(5);
    byte[] good = "a,kind,b\n1,\"x\",2\n-3,\"y\n\",4.5\n".getBytes(StandardCharsets.UTF_8);
    int refusals = 0;
    for (int round = 0; round < 1000; round++) {
      Path file = Files.write(folder.resolve("some.csv"), Damage.apply(good, random));
      try {
        CsvTable.read(file, CsvFormat.classification("kind"));
      } catch (EspalierException e) {
        refusals++;
        assertThat(e.repair()).isNotBlank();
      }
    }
    assertThat(refusals).isGreaterThan(300);
  }
}
