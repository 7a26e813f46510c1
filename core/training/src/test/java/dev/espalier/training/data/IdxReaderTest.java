package dev.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.testing.Allocation;
import dev.espalier.training.testing.Damage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {
  @TempDir Path folder;

  private static byte[] idx(int code, int[] extents, byte[] elements) {
    ByteBuffer bytes = ByteBuffer.allocate(4 + 4 * extents.length + elements.length);
    bytes.put((byte) 0).put((byte) 0).put((byte) code).put((byte) extents.length);
    Arrays.stream(extents).forEach(bytes::putInt);
    return bytes.put(elements).array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream to = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(to)) {
      out.write(bytes);
    }
    return to.toByteArray();
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("some.idx"), bytes);
  }

  private void refused(byte[] bytes, String found) throws IOException {
    Path file = file(bytes);
    assertThatThrownBy(() -> IdxReader.read(file))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.BAD_FILE);
              assertThat(e.asked()).contains("some.idx");
              assertThat(e.found()).contains(found);
              assertThat(e.repair()).isNotBlank();
            });
  }

  @Test
  void everyElementTypeIsReadInItsByteOrder() throws IOException {
    byte[] bytes = {-1, 0, 0, 2};
    assertThat(IdxReader.read(file(idx(0x08, new int[] {2, 2}, bytes))))
        .isEqualTo(NdArray.of(new int[] {255, 0, 0, 2}, 2, 2));
    assertThat(IdxReader.read(file(idx(0x09, new int[] {4}, bytes))))
        .isEqualTo(NdArray.of(new int[] {-1, 0, 0, 2}, 4));
    assertThat(IdxReader.read(file(idx(0x0b, new int[] {2}, bytes))))
        .isEqualTo(NdArray.of(new int[] {-256, 2}, 2));
    assertThat(IdxReader.read(file(idx(0x0c, new int[] {1}, bytes))))
        .isEqualTo(NdArray.of(new int[] {0xff000002}, 1));
    assertThat(
            IdxReader.read(
                file(idx(0x0d, new int[] {1}, ByteBuffer.allocate(4).putFloat(-0f).array()))))
        .isEqualTo(NdArray.of(new float[] {-0f}, 1));
    assertThat(
            IdxReader.read(
                file(idx(0x0e, new int[] {1}, ByteBuffer.allocate(8).putDouble(0.1).array()))))
        .isEqualTo(NdArray.of(new double[] {0.1}, 1));
  }

  @Test
  void aScalarAndAnEmptyArrayAreArrays() throws IOException {
    assertThat(IdxReader.read(file(idx(0x08, new int[0], new byte[] {7}))))
        .isEqualTo(NdArray.wrap(TensorType.of(DType.I32), new int[] {7}));
    assertThat(IdxReader.read(file(idx(0x0d, new int[] {0, 28}, new byte[0]))).type())
        .isEqualTo(TensorType.of(DType.F32, 0, 28));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 255, 65_536, 65_537, 200_001})
  void plainAndGzippedAreReadAlikeAtEveryLength(int length) throws IOException {
    byte[] elements = new byte[length];
    new Random(length).nextBytes(elements);
    for (int code : new int[] {0x08, 0x09}) {
      byte[] plain = idx(code, new int[] {length}, elements);
      NdArray read = IdxReader.read(file(plain));
      assertThat(IdxReader.read(file(gzip(plain)))).isEqualTo(read);
      for (int i = 0; i < length; i++) {
        assertThat(read.getLong(i)).isEqualTo(code == 8 ? elements[i] & 0xff : elements[i]);
      }
    }
  }

  @Test
  void severalGzipMembersAreOneStream() throws IOException {
    byte[] plain = idx(0x08, new int[] {5}, new byte[] {1, 2, 3, 4, 5});
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(gzip(Arrays.copyOfRange(plain, 0, 6)));
    members.writeBytes(gzip(Arrays.copyOfRange(plain, 6, plain.length)));
    assertThat(IdxReader.read(file(members.toByteArray())))
        .isEqualTo(NdArray.of(new int[] {1, 2, 3, 4, 5}, 5));
  }

  @Test
  void unsignedBytesAreScaledToTheUnitInterval() throws IOException {
    byte[] all = new byte[256];
    for (int i = 0; i < 256; i++) {
      all[i] = (byte) i;
    }
    NdArray unit = IdxReader.readUnit(file(idx(0x08, new int[] {256}, all)));
    for (int i = 0; i < 256; i++) {
      assertThat(unit.toFloats()[i]).isEqualTo(i / 255f);
    }
    Path floats = file(idx(0x0d, new int[] {1}, new byte[4]));
    assertThatThrownBy(() -> IdxReader.readUnit(floats)).hasMessageContaining("0x0d");
  }

  @Test
  void theWrongMagicElementTypeOrHeaderIsRefused() throws IOException {
    refused(new byte[0], "it has 0 bytes");
    refused(new byte[] {0, 0, 8}, "it has 3 bytes");
    refused("P5 28 28 255".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "50 35 20 32");
    refused(idx(0x0a, new int[] {1}, new byte[1]), "0x0a");
    refused(Arrays.copyOf(idx(0x08, new int[] {1, 1, 1}, new byte[1]), 10), "within its header");
  }

  @Test
  void aTruncatedOrPaddedFileIsRefused() throws IOException {
    byte[] good = idx(0x08, new int[] {3, 3}, new byte[9]);
    refused(Arrays.copyOf(good, good.length - 1), "holds 20 bytes");
    refused(Arrays.copyOf(good, good.length + 1), "holds 22 bytes");
    refused(gzip(Arrays.copyOf(good, good.length - 1)), "holds 20 bytes");
    refused(gzip(Arrays.copyOf(good, good.length + 1)), "more bytes follow");
  }

  @Test
  void aDamagedGzipStreamIsRefused() throws IOException {
    byte[] good = gzip(idx(0x08, new int[] {100}, new byte[100]));
    for (int length = 2; length < good.length; length++) {
      refused(Arrays.copyOf(good, length), "truncated");
    }
    byte[] checksum = good.clone();
    checksum[good.length - 5] ^= 1;
    refused(checksum, "checksum");
    byte[] trailing = Arrays.copyOf(good, good.length + 12);
    refused(trailing, "not a gzip header");
  }

  @Test
  void forgedExtentsAreRefusedBeforeAnythingIsAllocated() throws IOException {
    int[][] forged = {
      {Integer.MAX_VALUE},
      {-1},
      {Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE},
      {65_536, 65_536, 65_536, 65_536},
      {1_000_000_000},
      {-1, 0},
    };
    for (int[] extents : forged) {
      for (byte[] bytes :
          new byte[][] {idx(0x08, extents, new byte[16]), gzip(idx(0x0e, extents, new byte[16]))}) {
        Path file = file(bytes);
        long allocated =
            Allocation.during(() ->
                assertThatThrownBy(() -> IdxReader.read(file))
                    .isInstanceOf(EspalierException.class));
        assertThat(allocated).isLessThan(4 << 20);
      }
    }
  }

  @Test
  void aDecompressionBombIsRefusedByTheDeclaredSizeAndByTheLimit() throws IOException {
    byte[] zeros = new byte[32 << 20];
    byte[] bomb = gzip(idx(0x08, new int[] {16}, zeros));
    Path small = file(bomb);
    long allocated =
        Allocation.during(() ->
            assertThatThrownBy(() -> IdxReader.read(small))
                .hasMessageContaining("more bytes follow"));
    assertThat(allocated).isLessThan(4 << 20);
    Path honest = file(gzip(idx(0x08, new int[] {zeros.length}, zeros)));
    assertThatThrownBy(() -> IdxReader.read(honest, 1 << 20))
        .hasMessageContaining("the limit is 1048576 bytes");
  }

  @Test
  void aMissingFileAndAFolderAreNamed() {
    assertThatThrownBy(() -> IdxReader.read(folder.resolve("absent")))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    assertThatThrownBy(() -> IdxReader.read(folder)).hasMessageContaining("folder");
  }

  @Test
  void randomDamageNeverThrowsAnythingElse() throws IOException {
    Random random = new Random(3);
    byte[] plain = idx(0x0b, new int[] {3, 5}, new byte[30]);
    byte[][] seeds = {plain, gzip(plain)};
    for (int round = 0; round < 1500; round++) {
      byte[] bytes = Damage.apply(seeds[round % 2], random);
      Path file = file(bytes);
      long allocated =
          Allocation.during(() -> {
            try {
              IdxReader.read(file);
            } catch (EspalierException e) {
              assertThat(e.repair()).isNotBlank();
            }
          });
      assertThat(allocated).isLessThan(4 << 20);
    }
  }

  @Test
  void theRealDigitsAreRead() {
    Path digits = RealData.find("mnist-10k");
    NdArray images = IdxReader.readUnit(digits.resolve("images-idx3-ubyte.gz"));
    NdArray labels = IdxReader.read(digits.resolve("labels-idx1-ubyte.gz"));
    assertThat(images.type()).isEqualTo(TensorType.of(DType.F32, 10_000, 28, 28));
    assertThat(labels.type()).isEqualTo(TensorType.of(DType.I32, 10_000));
    // The mean of MNIST is known to be about 0.13.
    double sum = 0;
    for (float pixel : (float[]) images.storage()) {
      sum += pixel;
    }
    assertThat(sum / images.type().shape().size()).isBetween(0.12, 0.14);
    assertThat(Arrays.stream(labels.toLongs()).distinct().sorted().toArray())
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    ArrayDataset all = new ArrayDataset(images, labels);
    assertThat(all.slice(8000, 10_000).size()).isEqualTo(2000);
  }
}
