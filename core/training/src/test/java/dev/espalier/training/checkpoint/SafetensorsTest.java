package dev.espalier.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.file.Sha256;
import dev.espalier.training.json.JsonFault;
import dev.espalier.training.testing.Allocation;
import dev.espalier.training.testing.Damage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  @TempDir Path folder;

  static Map<String, NdArray> everyType() {
    Map<String, NdArray> tensors = new LinkedHashMap<>();
    tensors.put("z/flag", NdArray.of(new boolean[] {true, false, true}, 3));
    tensors.put(
        "weights",
        NdArray.of(
            new float[] {-0f, Float.NaN, Float.MIN_VALUE, 1, 2, Float.NEGATIVE_INFINITY}, 3, 2));
    tensors.put("empty", NdArray.of(new float[0], 4, 0));
    tensors.put("scalar", NdArray.scalar(Long.MIN_VALUE + 1));
    tensors.put("half", NdArray.of(new float[] {1.5f, -2}, 2).convert(DType.F16));
    tensors.put("brain", NdArray.of(new float[] {3.25f}, 1).convert(DType.BF16));
    tensors.put("double é \"", NdArray.of(new double[] {Math.PI}, 1, 1, 1));
    tensors.put("int", NdArray.of(new int[] {Integer.MIN_VALUE, 7}, 2));
    return tensors;
  }

  private Path file(String header, int... data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    for (int b : data) {
      bytes.put((byte) b);
    }
    return Files.write(folder.resolve("some.safetensors"), bytes.array());
  }

  private void refused(Path file, String found) {
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
              assertThat(e.asked()).contains("some.safetensors");
              assertThat(e.found()).contains(found);
              assertThat(e.repair()).isNotBlank();
            });
  }

  @Test
  void everyTypeComesBackBitForBitAndInOrder() {
    Path file = folder.resolve("some.safetensors");
    TensorsFile written =
        Safetensors.write(file, everyType(), Map.of("format", "pt", "note", "é\n"));
    Safetensors.Content content = Safetensors.read(file);
    assertThat(content.tensors()).containsExactlyEntriesOf(everyType());
    assertThat(content.metadata())
        .containsOnly(Map.entry("format", "pt"), Map.entry("note", "é\n"));
    assertThat(content.file()).isEqualTo(written);
    assertThat(written.sha256()).isEqualTo(Sha256.of(file));
    assertThat(written.bytes()).isEqualTo(file.toFile().length());
  }

  @Test
  void tensorsAreAlignedAndTheDataStartAtAMultipleOfEight() throws IOException {
    Path file = folder.resolve("some.safetensors");
    Safetensors.write(file, everyType(), Map.of());
    byte[] bytes = Files.readAllBytes(file);
    int headerBytes = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(headerBytes % 8).isZero();
    SafetensorsHeader header =
        SafetensorsHeader.decode(
            Arrays.copyOfRange(bytes, 8, 8 + headerBytes), bytes.length - 8 - headerBytes);
    for (SafetensorsHeader.Entry entry : header.entries().values()) {
      assertThat(entry.begin() % entry.type().dtype().bytes()).isZero();
    }
  }

  @Test
  void theBytesAreThoseOfTheFormat() throws IOException {
    // As the format's own library writes one f32 tensor [1.0, 2.0] of the name t.
    Path file = folder.resolve("some.safetensors");
    Safetensors.write(file, Map.of("t", NdArray.of(new float[] {1, 2}, 2)), Map.of());
    String header = "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    assertThat(Files.readAllBytes(file))
        .isEqualTo(
            HexFormat.of()
                .parseHex(
                    "%02x00000000000000".formatted(padded.length())
                        + HexFormat.of().formatHex(padded.getBytes(StandardCharsets.UTF_8))
                        + "0000803f00000040"));
  }

  @Test
  void tensorsLongerThanABufferAreWhole() {
    Path file = folder.resolve("some.safetensors");
    Random random = new Random(1);
    double[] doubles = random.doubles(300_001).toArray();
    short[] halves = new short[1_500_003];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (short) random.nextInt();
    }
    Map<String, NdArray> tensors = new LinkedHashMap<>();
    tensors.put("halves", NdArray.wrap(TensorType.of(DType.BF16, 1_500_003), halves));
    tensors.put("doubles", NdArray.of(doubles, 300_001));
    Safetensors.write(file, tensors, Map.of());
    assertThat(Safetensors.read(file).tensors()).containsExactlyEntriesOf(tensors);
  }

  @Test
  void noTensorsAreAFileToo() throws IOException {
    Path file = folder.resolve("some.safetensors");
    Safetensors.write(file, Map.of(), Map.of());
    assertThat(Safetensors.read(file).tensors()).isEmpty();
    assertThat(Safetensors.read(file("{}")).tensors()).isEmpty();
    assertThatThrownBy(
            () -> Safetensors.write(file, Map.of("__metadata__", NdArray.scalar(1)), Map.of()))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void aForgedHeaderLengthIsRefusedBeforeAnythingIsAllocated() throws IOException {
    for (long length :
        new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 99_999_999, 3}) {
      Path file =
          Files.write(
              folder.resolve("some.safetensors"),
              ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array());
      assertThat(Allocation.during(() -> refused(file, "declares a header"))).isLessThan(2 << 20);
    }
    Path tiny = Files.write(folder.resolve("some.safetensors"), new byte[7]);
    refused(tiny, "7 bytes");
    refused(file(""), "does not start with '{'");
    refused(file(" {}"), "does not start with '{'");
    refused(file("{} \n"), "padded");
    refused(file("{}{}"), "follows");
    refused(file("[]"), "does not start with '{'");
  }

  @Test
  void offsetsCoverTheDataExactly() throws IOException {
    String one = "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[%s],\"data_offsets\":[%s]}}";
    refused(file(one.formatted("2", "0,2"), 1), "ends at byte 2");
    refused(file(one.formatted("1", "1,2"), 1, 1), "starts at byte 1");
    refused(file(one.formatted("1", "0,1"), 1, 1), "the tensors end at byte 1");
    refused(file(one.formatted("2", "0,1"), 1), "takes 2 bytes");
    refused(file(one.formatted("1", "1,0"), 1), "takes 1 bytes");
    refused(file(one.formatted("1", "-1,0"), 1), "has the number -1");
    refused(file(one.formatted("1", "0,1,2"), 1), "more than 2 numbers");
    refused(file(one.formatted("1", "0"), 1), "two data_offsets");
    refused(file(one.formatted("1", "0,9223372036854775808"), 1), "9223372036854775808");
    refused(file(one.formatted("1", "0,1.0"), 1), "VALUE_NUMBER_FLOAT");
    refused(file(one.formatted("4294967297", "0,1"), 1), "extent of 4294967297");
    refused(file(one.formatted("65536,65536,65536,65536", "0,1"), 1), "2^31");
    refused(file(one.formatted("1" + ",1".repeat(64), "0,1"), 1), "more than 64");
    refused(file(one.formatted("1", "0,1"), 2), "the byte 2 for a boolean");
    assertThat(Safetensors.read(file(one.formatted("1", "0,1"), 1)).tensors()).hasSize(1);
    String two =
        "{\"a\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[0,2]},"
            + "\"b\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[%s]}}";
    refused(file(two.formatted("1,3"), 1, 1, 1), "starts at byte 1");
    refused(file(two.formatted("0,2"), 1, 1), "starts at byte 0");
    refused(file(two.formatted("3,5"), 1, 1, 1, 1, 1), "starts at byte 3");
  }

  @Test
  void theHeaderIsStrict() throws IOException {
    String entry = "{\"dtype\":\"BOOL\",\"shape\":[0],\"data_offsets\":[0,0]}";
    refused(file("{\"a\":" + entry + ",\"a\":" + entry + "}"), "Duplicate");
    refused(file("{\"a\":" + entry.replace("}", ",\"x\":1}") + "}"), "a.x");
    refused(file("{\"a\":" + entry.replace("BOOL", "F8_E4M3") + "}"), "F8_E4M3");
    refused(file("{\"a\":" + entry.replace("\"BOOL\"", "1") + "}"), "a.dtype");
    refused(file("{\"a\":" + entry.replace("[0]", "{}") + "}"), "a.shape");
    refused(file("{\"a\":1}"), "VALUE_NUMBER_INT");
    refused(file("{\"__metadata__\":{\"a\":1}}"), "__metadata__.a");
    refused(file("{\"a\":{\"dtype\":\"BOOL\"}}"), "does not have");
    refused(file("{\"a\":" + entry), "end-of-input");
    refused(file("{" + "\"a\":{".repeat(50_000)), "");
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> Safetensors.read(folder.resolve("absent")))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    assertThatThrownBy(() -> Safetensors.read(folder)).hasMessageContaining("folder");
  }

  @Test
  void randomDamageToTheHeaderNeverThrowsAnythingElse() {
    byte[] good = SafetensorsHeader.of(everyType(), Map.of("a", "b")).encode();
    Random random = new Random(19);
    int refusals = 0;
    for (int round = 0; round < 50_000; round++) {
      try {
        SafetensorsHeader header = SafetensorsHeader.decode(Damage.apply(good, random), 57);
        long at = 0;
        for (SafetensorsHeader.Entry entry : header.byPosition()) {
          assertThat(entry.begin()).isEqualTo(at);
          at = entry.end();
        }
        assertThat(at).isEqualTo(57);
      } catch (JsonFault fault) {
        refusals++;
      }
    }
    assertThat(refusals).isBetween(25_000, 49_999);
  }

  @Test
  void randomDamageNeverThrowsAnythingElseNorAllocatesMoreThanTheFile() throws IOException {
    Path file = folder.resolve("some.safetensors");
    Safetensors.write(file, everyType(), Map.of("a", "b"));
    byte[] good = Files.readAllBytes(file);
    Safetensors.read(file);
    Random random = new Random(7);
    int refusals = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] bad = Damage.apply(good, random);
      Files.write(file, bad);
      boolean[] refused = new boolean[1];
      long allocated =
          Allocation.during(() -> {
            try {
              Safetensors.read(file);
            } catch (EspalierException e) {
              refused[0] = true;
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
            }
          });
      refusals += refused[0] ? 1 : 0;
      // The constant is the parser's and the error's own; the file has about 800 bytes.
      assertThat(allocated).isLessThan(bad.length + (1 << 19));
    }
    assertThat(refusals).isGreaterThan(1_500);
  }
}
