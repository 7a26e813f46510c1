package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.file.GzipInput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads arrays in the IDX format, the one of the MNIST digits, plain or gzipped (told apart by
 * their first bytes).
 *
 * <p>The format, all big-endian: two zero bytes, a byte for the element type (0x08 unsigned byte,
 * 0x09 signed byte, 0x0B short, 0x0C int, 0x0D float, 0x0E double), a byte for the rank, an int for
 * each extent, then the elements in row-major order. The integer kinds become I32, the others F32
 * and F64.
 *
 * <p>Nothing is allocated for the elements before the file was seen to hold exactly as many as it
 * declares: a plain file's size is compared, a gzipped one is decompressed once to count its bytes
 * and to verify its checksum.
 *
 * <p>Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", file
 * formats.
 */
public final class IdxReader {
  /**
   * The most bytes that a file's elements may take, decompressed, unless a caller says otherwise: 4
   * GiB.
   */
  public static final long DEFAULT_MAX_BYTES = 4L << 30;

  private static final String FORMAT = "an IDX file";
  private static final String FETCH = "fetch or copy the file again";
  private static final int BUFFER = 1 << 16;

  /** The element types of the format. */
  private enum Element {
    UNSIGNED_BYTE(0x08, 1, DType.I32),
    SIGNED_BYTE(0x09, 1, DType.I32),
    SHORT(0x0b, 2, DType.I32),
    INT(0x0c, 4, DType.I32),
    FLOAT(0x0d, 4, DType.F32),
    DOUBLE(0x0e, 8, DType.F64);

    private final int code;
    private final int bytes;
    private final DType dtype;

    Element(int code, int bytes, DType dtype) {
      this.code = code;
      this.bytes = bytes;
      this.dtype = dtype;
    }
  }

  private record Header(Element element, Shape shape) {
    int bytes() {
      return 4 + 4 * shape.rank();
    }

    long elementBytes() {
      return (long) shape.size() * element.bytes;
    }
  }

  private final Path file;
  private final long maxBytes;

  private IdxReader(Path file, long maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  /**
   * The array in a file, in its own values.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE, BAD_FILE (wrong magic, truncated, forged
   *     sizes, trailing bytes, damaged gzip), OUT_OF_MEMORY
   */
  public static NdArray read(Path file) {
    return read(file, DEFAULT_MAX_BYTES);
  }

  /**
   * As {@link #read(Path)}, with another limit on the bytes that the elements take in the
   * decompressed file.
   */
  public static NdArray read(Path file, long maxBytes) {
    return new IdxReader(file, maxBytes).read(false);
  }

  /**
   * The array in a file of unsigned bytes as F32, each divided by 255, so that they lie in [0, 1].
   *
   * @throws EspalierException as {@link #read(Path)}; BAD_FILE also where the elements are of
   *     another type
   */
  public static NdArray readUnit(Path file) {
    return new IdxReader(file, DEFAULT_MAX_BYTES).read(true);
  }

  private NdArray read(boolean unit) {
    if (Files.isDirectory(file)) {
      throw FileFault.bad(file, FORMAT, "it is a folder", "name a file in it");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      ByteBuffer start = ByteBuffer.allocate(2);
      while (start.hasRemaining() && channel.read(start, start.position()) >= 0) {}
      boolean gzipped = start.get(0) == 0x1f && (start.get(1) & 0xff) == 0x8b;
      if (gzipped) {
        if (size > Integer.MAX_VALUE) {
          throw FileFault.bad(
              file, FORMAT, "gzipped " + size + " bytes", "decompress files beyond 2 GiB first");
        }
        ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size);
        return readGzipped(mapped, unit);
      }
      channel.position(0);
      try (InputStream in = Files.newInputStream(file)) {
        Header header = header(in, unit);
        if (size != header.bytes() + header.elementBytes()) {
          throw sizeMismatch(header, size);
        }
        return elements(header, in, unit);
      }
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the IDX file");
    }
  }

  private NdArray readGzipped(ByteBuffer mapped, boolean unit) {
    Header header;
    try (GzipInput in = new GzipInput(mapped)) {
      header = header(in, unit);
      long declared = header.bytes() + header.elementBytes();
      long found = header.bytes();
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        found += count;
        if (found > declared) {
          throw FileFault.bad(
              file,
              FORMAT,
              "it declares " + declared(header) + ", and more bytes follow",
              FETCH + ", or correct its header");
        }
      }
      if (found != declared) {
        throw sizeMismatch(header, found);
      }
    } catch (IOException e) {
      throw FileFault.bad(file, FORMAT, e.getMessage() + "", FETCH, e);
    }
    try (InputStream in = new BufferedInputStream(new GzipInput(mapped), BUFFER)) {
      in.skipNBytes(header.bytes());
      return elements(header, in, unit);
    } catch (IOException e) {
      throw FileFault.bad(file, FORMAT, e.getMessage() + "", FETCH, e);
    }
  }

  private EspalierException sizeMismatch(Header header, long found) {
    return FileFault.bad(
        file,
        FORMAT,
        "it declares " + declared(header) + ", and holds " + found + " bytes",
        FETCH + ", or correct its header");
  }

  private static String declared(Header header) {
    return (header.bytes() + header.elementBytes())
        + " bytes for "
        + header.shape()
        + " of "
        + header.element().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  private Header header(InputStream in, boolean unit) throws IOException {
    byte[] magic = in.readNBytes(4);
    if (magic.length < 4 || magic[0] != 0 || magic[1] != 0) {
      throw FileFault.bad(
          file,
          FORMAT,
          magic.length < 4
              ? "it has " + magic.length + " bytes"
              : "it starts with " + java.util.HexFormat.ofDelimiter(" ").formatHex(magic),
          "an IDX file starts with 00 00, the element type and the rank; name another file");
    }
    Element element =
        Arrays.stream(Element.values())
            .filter(candidate -> candidate.code == magic[2])
            .findFirst()
            .orElseThrow(() ->
                FileFault.bad(
                    file,
                    FORMAT,
                    "element type 0x%02x".formatted(magic[2]),
                    "the format knows 08, 09, 0b, 0c, 0d and 0e"));
    if (unit && element != Element.UNSIGNED_BYTE) {
      throw FileFault.bad(
          file,
          "an IDX file of unsigned bytes",
          "element type 0x%02x".formatted(magic[2]),
          "name an image file, whose element type is 08");
    }
    int[] extents = new int[magic[3] & 0xff];
    byte[] sizes = in.readNBytes(4 * extents.length);
    if (sizes.length < 4 * extents.length) {
      throw FileFault.bad(file, FORMAT, "it ends within its header", FETCH);
    }
    ByteBuffer.wrap(sizes).asIntBuffer().get(extents);
    long count = 1;
    for (int extent : extents) {
      // An extent above 2^31 - 1 reads as negative.
      count = extent < 0 ? Long.MAX_VALUE : saturatedProduct(count, extent);
    }
    if (count > Integer.MAX_VALUE - 8 || count * element.bytes > maxBytes) {
      throw FileFault.bad(
          file,
          FORMAT,
          "it declares extents " + unsigned(extents) + " of " + element.bytes + "-byte elements",
          "the limit is " + maxBytes + " bytes and 2^31 - 9 elements; " + FETCH);
    }
    return new Header(element, shape(extents));
  }

  private Shape shape(int[] extents) {
    try {
      return Shape.of(extents);
    } catch (EspalierException e) {
      throw FileFault.bad(file, FORMAT, "it declares extents " + unsigned(extents), FETCH, e);
    }
  }

  private static long saturatedProduct(long a, long b) {
    return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
  }

  private static String unsigned(int[] extents) {
    return Arrays.toString(
        Arrays.stream(extents).mapToObj(Integer::toUnsignedString).toArray(String[]::new));
  }

  private NdArray elements(Header header, InputStream in, boolean unit) throws IOException {
    TensorType type = new TensorType(unit ? DType.F32 : header.element().dtype, header.shape());
    Object storage;
    try {
      storage = NdArray.allocate(type);
    } catch (OutOfMemoryError e) {
      throw new EspalierException(
          ErrorCode.OUT_OF_MEMORY,
          "memory for " + type + " of " + file,
          type.bytes() + " bytes are not free in the Java heap",
          "give the Java virtual machine more memory (-Xmx)",
          e);
    }
    int size = header.shape().size();
    int width = header.element().bytes;
    byte[] bytes = new byte[BUFFER];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    for (int at = 0; at < size; ) {
      int count = Math.min(size - at, BUFFER / width);
      if (in.readNBytes(bytes, 0, count * width) < count * width) {
        throw FileFault.bad(file, FORMAT, "it became shorter while it was read", FETCH);
      }
      decode(header.element(), buffer, storage, at, count);
      at += count;
    }
    return NdArray.wrap(type, storage);
  }

  private static void decode(Element element, ByteBuffer from, Object to, int at, int count) {
    from.clear();
    switch (element) {
      case UNSIGNED_BYTE -> {
        if (to instanceof float[] unit) {
          for (int i = 0; i < count; i++) {
            unit[at + i] = (from.get(i) & 0xff) / 255f;
          }
        } else {
          int[] ints = (int[]) to;
          for (int i = 0; i < count; i++) {
            ints[at + i] = from.get(i) & 0xff;
          }
        }
      }
      case SIGNED_BYTE -> {
        int[] ints = (int[]) to;
        for (int i = 0; i < count; i++) {
          ints[at + i] = from.get(i);
        }
      }
      case SHORT -> {
        int[] ints = (int[]) to;
        for (int i = 0; i < count; i++) {
          ints[at + i] = from.getShort(2 * i);
        }
      }
      case INT -> from.asIntBuffer().get((int[]) to, at, count);
      case FLOAT -> from.asFloatBuffer().get((float[]) to, at, count);
      case DOUBLE -> from.asDoubleBuffer().get((double[]) to, at, count);
    }
  }
}
