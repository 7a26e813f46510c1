package dev.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.file.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextCorpusTest {
  private static final List<String> SUFFIXES = List.of(".java", ".md");

  @TempDir Path folder;

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, text);
  }

  @Test
  void aFileIsReadWhateverItsName() throws IOException {
    write("some.text", "héllo 😀\n");
    TextCorpus corpus = TextCorpus.read(folder.resolve("some.text"), SUFFIXES);
    assertThat(corpus.text()).isEqualTo("héllo 😀\n");
    assertThat(corpus.vocabulary().symbols()).isEqualTo("\n hloé😀");
    // echo "héllo 😀" | sha256sum
    assertThat(corpus.sha256())
        .isEqualTo(Sha256.of("héllo 😀\n".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(DataHash.of(folder.resolve("some.text")));
  }

  @Test
  void aFolderIsReadInTheOrderOfPathsWithoutHiddenAndBuiltFolders() throws IOException {
    write("b.md", "B");
    write("a/z.java", "Z\n");
    write("a.java", "A");
    write("c.txt", "no");
    write("target/x.java", "no");
    write("a/runs/x.md", "no");
    write(".git/x.md", "no");
    TextCorpus corpus = TextCorpus.read(folder, SUFFIXES);
    assertThat(corpus.text()).isEqualTo("A\nZ\nB\n");
    assertThat(corpus.files())
        .extracting(f -> DataHash.name(folder, f))
        .containsExactly("a.java", "a/z.java", "b.md");
    assertThat(corpus.sha256()).isEqualTo(DataHash.of(folder, corpus.files()));
  }

  @Test
  void theHashOfAFolderIsThatOfItsListOfHashesAndNames() throws IOException {
    write("a.md", "1");
    write("b.md", "2");
    String list =
        Sha256.of("1".getBytes(StandardCharsets.UTF_8))
            + "  a.md\n"
            + Sha256.of("2".getBytes(StandardCharsets.UTF_8))
            + "  b.md\n";
    String before = TextCorpus.read(folder, SUFFIXES).sha256();
    assertThat(before).isEqualTo(Sha256.of(list.getBytes(StandardCharsets.UTF_8)));
    Files.move(folder.resolve("b.md"), folder.resolve("c.md"));
    assertThat(TextCorpus.read(folder, SUFFIXES).sha256()).isNotEqualTo(before);
  }

  @Test
  void bytesThatAreNotUtf8AreRefusedWithTheirOffset() throws IOException {
    Path file = folder.resolve("x.md");
    byte[][] malformed = {
      {'a', 'b', (byte) 0xff, 'c'},
      {'a', 'b', (byte) 0xc3},
      {'a', 'b', (byte) 0xed, (byte) 0xa0, (byte) 0x80},
      {'a', 'b', (byte) 0xc0, (byte) 0x80},
    };
    for (byte[] bytes : malformed) {
      Files.write(file, bytes);
      assertThatThrownBy(() -> TextCorpus.read(file, SUFFIXES))
          .isInstanceOfSatisfying(
              EspalierException.class,
              e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
                assertThat(e.found()).contains("at offset 2");
              });
    }
  }

  @Test
  void nothingToReadIsAnError() throws IOException {
    assertThatThrownBy(() -> TextCorpus.read(folder, SUFFIXES))
        .hasMessageContaining(".java or .md");
    assertThatThrownBy(() -> TextCorpus.read(folder.resolve("absent"), SUFFIXES))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    write("x.md", "");
    assertThatThrownBy(() -> TextCorpus.read(folder.resolve("x.md"), SUFFIXES))
        .hasMessageContaining("empty");
    write("x.md", "12345");
    assertThatThrownBy(() -> TextCorpus.read(folder, SUFFIXES, 4)).hasMessageContaining("5 bytes");
  }

  @Test
  void encodingAndDecodingAreInverse() {
    String text = "To be, or not to be: 1 ≤ 2, 😀!";
    Vocabulary vocabulary = Vocabulary.of(text);
    assertThat(vocabulary.decode(vocabulary.encode(text))).isEqualTo(text);
    assertThat(vocabulary.encode(text)).hasSize(text.codePointCount(0, text.length()));
    assertThat(Vocabulary.of(vocabulary.symbols())).isEqualTo(vocabulary);
    assertThat(vocabulary.encode(vocabulary.symbols()))
        .isEqualTo(java.util.stream.IntStream.range(0, vocabulary.size()).toArray());
  }

  @Test
  void anUnknownCharacterOrTokenIsRefused() {
    Vocabulary vocabulary = Vocabulary.of("ab😀");
    for (String text : new String[] {"a!", "aé", "a😁", "a\ud83d"}) {
      assertThatThrownBy(() -> vocabulary.encode(text))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("at character 1");
    }
    assertThatThrownBy(() -> vocabulary.decode(3)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> vocabulary.decode(-1)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> Vocabulary.of("")).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> Vocabulary.of("a\ud83d")).hasMessageContaining("U+D83D");
  }

  @Test
  void theLastFractionValidates() throws IOException {
    write("x.md", "0123456789");
    TextCorpus corpus = TextCorpus.read(folder.resolve("x.md"), SUFFIXES);
    assertThat(corpus.split(0.1).training()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(corpus.split(0.1).validation()).containsExactly(9);
    assertThat(corpus.split(0).validation()).isEmpty();
    assertThatThrownBy(() -> corpus.split(1)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> corpus.split(Double.NaN)).isInstanceOf(EspalierException.class);
  }

  @Test
  void theRealTextIsRead() {
    TextCorpus corpus = TextCorpus.read(RealData.find("text/tinyshakespeare.txt"), SUFFIXES);
    assertThat(corpus.vocabulary().size()).isEqualTo(65);
    TextCorpus.Split split = corpus.split(0.1);
    assertThat(split.training()).hasSize(1_003_854);
    assertThat(split.validation()).hasSize(111_540);
    assertThat(corpus.vocabulary().decode(split.training()))
        .isEqualTo(corpus.text().substring(0, 1_003_854));
  }
}
