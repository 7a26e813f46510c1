package dev.espalier.training.checkpoint;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.file.Sha256;
import dev.espalier.training.json.JsonFault;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors in a file of the safetensors format: the length of the header (8 bytes,
 * little-endian), a JSON header, the elements in little-endian order. Other programs read and write
 * the same files.
 *
 * <p>Reading is strict: every length, offset and size is checked against the file before memory is
 * allocated for it, and the memory for the tensors never exceeds the size of the file.
 *
 * <p>Source: the format's description in the README of github.com/huggingface/safetensors.
 */
public final class Safetensors {
  /** The longest header that is read, the format's own limit. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  private static final String FORMAT = "a safetensors file";
  private static final String RESTORE =
      "restore the file from a copy, or use an earlier checkpoint";
  private static final int CHUNK = 1 << 20;

  private Safetensors() {}

  /**
   * What a file holds.
   *
   * @param tensors by name, in the order of the header
   * @param metadata free texts
   * @param file the hash and the size of the bytes that were read
   */
  public record Content(
      Map<String, NdArray> tensors, Map<String, String> metadata, TensorsFile file) {}

  /**
   * Writes a file whole or not at all (see {@link AtomicFile}).
   *
   * @param tensors by name; read back in the same order
   * @param metadata free texts
   * @return the file's hash and size
   * @throws EspalierException BAD_VALUE for a tensor named {@code __metadata__}; IO_FAILURE
   */
  public static TensorsFile write(
      Path file, Map<String, NdArray> tensors, Map<String, String> metadata) {
    if (tensors.containsKey(SafetensorsHeader.METADATA)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "names for the tensors of " + file,
          SafetensorsHeader.METADATA + ", which the format keeps for itself",
          "rename the tensor");
    }
    SafetensorsHeader header = SafetensorsHeader.of(tensors, metadata);
    byte[] json = header.encode();
    if (json.length > MAX_HEADER_BYTES) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a header of at most " + MAX_HEADER_BYTES + " bytes for " + file,
          json.length + " bytes for " + tensors.size() + " tensors",
          "write fewer tensors or shorter names");
    }
    MessageDigest digest = Sha256.digest();
    long[] size = new long[1];
    AtomicFile.write(
        file,
        channel -> {
          ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
          buffer.putLong(json.length).flip();
          drain(buffer, digest, channel);
          for (int at = 0; at < json.length; at += CHUNK) {
            buffer.clear().put(json, at, Math.min(CHUNK, json.length - at)).flip();
            drain(buffer, digest, channel);
          }
          for (SafetensorsHeader.Entry entry : header.byPosition()) {
            NdArray tensor = tensors.get(entry.name());
            if (tensor != null) {
              write(tensor, buffer, digest, channel);
            }
          }
          size[0] = channel.position();
        });
    return new TensorsFile(String.valueOf(file.getFileName()), Sha256.hex(digest), size[0]);
  }

  private static void write(
      NdArray tensor, ByteBuffer buffer, MessageDigest digest, FileChannel channel)
      throws IOException {
    int count = tensor.type().shape().size();
    int step = CHUNK / tensor.type().dtype().bytes();
    MemorySegment to = MemorySegment.ofBuffer(buffer.clear());
    for (int at = 0; at < count; at += step) {
      int part = Math.min(step, count - at);
      MemorySegment.copy(tensor.storage(), at, to, layout(tensor.type().dtype()), 0, part);
      drain(buffer.clear().limit(part * tensor.type().dtype().bytes()), digest, channel);
    }
  }

  private static void drain(ByteBuffer buffer, MessageDigest digest, FileChannel channel)
      throws IOException {
    digest.update(buffer.duplicate());
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static ValueLayout layout(DType dtype) {
    ValueLayout order =
        switch (dtype) {
          case F32 -> ValueLayout.JAVA_FLOAT;
          case F64 -> ValueLayout.JAVA_DOUBLE;
          case BF16, F16 -> ValueLayout.JAVA_SHORT;
          case I32 -> ValueLayout.JAVA_INT;
          case I64 -> ValueLayout.JAVA_LONG;
          case BOOL -> ValueLayout.JAVA_BYTE;
        };
    return order.withOrder(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Reads a file.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; BAD_FILE for everything that is not such
   *     a file; OUT_OF_MEMORY
   */
  public static Content read(Path file) {
    if (Files.isDirectory(file)) {
      throw FileFault.bad(file, FORMAT, "it is a folder", "name a file in it");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(file, channel);
    } catch (JsonFault fault) {
      throw FileFault.bad(file, FORMAT, message(fault), RESTORE, fault);
    } catch (EOFException e) {
      throw FileFault.bad(file, FORMAT, "it became shorter while it was read", RESTORE, e);
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the tensors of");
    } catch (OutOfMemoryError e) {
      throw new EspalierException(
          ErrorCode.OUT_OF_MEMORY,
          "memory for the tensors of " + file,
          "more than is free in the Java heap",
          "give the Java virtual machine more memory (-Xmx)",
          e);
    }
  }

  private static String message(JsonFault fault) {
    String message = String.valueOf(fault.getMessage());
    return message.length() <= 300 ? message : message.substring(0, 300) + "...";
  }

  private static Content read(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    MessageDigest digest = Sha256.digest();
    ByteBuffer buffer =
        ByteBuffer.allocateDirect((int) Math.max(8, Math.min(CHUNK, size)))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (size < 8) {
      throw new JsonFault("it has " + size + " bytes, less than its header's length takes");
    }
    long headerBytes = next(buffer, 8, digest, channel).getLong(0);
    if (headerBytes < 0 || headerBytes > MAX_HEADER_BYTES || headerBytes > size - 8) {
      throw new JsonFault(
          "it declares a header of "
              + Long.toUnsignedString(headerBytes)
              + " bytes; "
              + Math.min(MAX_HEADER_BYTES, size - 8)
              + " are the most for its size of "
              + size);
    }
    byte[] json = new byte[(int) headerBytes];
    for (int at = 0; at < json.length; ) {
      int part = Math.min(json.length - at, buffer.capacity());
      next(buffer, part, digest, channel).get(json, at, part);
      at += part;
    }
    SafetensorsHeader header = SafetensorsHeader.decode(json, size - 8 - headerBytes);
    Map<String, NdArray> read = new HashMap<>();
    for (SafetensorsHeader.Entry entry : header.byPosition()) {
      read.put(entry.name(), tensor(entry, buffer, digest, channel));
    }
    Map<String, NdArray> tensors = new LinkedHashMap<>();
    for (String name : header.entries().keySet()) {
      NdArray tensor = read.get(name);
      if (tensor != null) {
        tensors.put(name, tensor);
      }
    }
    return new Content(
        Collections.unmodifiableMap(tensors),
        header.metadata(),
        new TensorsFile(String.valueOf(file.getFileName()), Sha256.hex(digest), size));
  }

  /** The next bytes of the file, from the buffer's start. */
  private static ByteBuffer next(
      ByteBuffer buffer, int bytes, MessageDigest digest, FileChannel channel) throws IOException {
    buffer.clear().limit(bytes);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    digest.update(buffer.flip().duplicate());
    return buffer;
  }

  private static NdArray tensor(
      SafetensorsHeader.Entry entry, ByteBuffer buffer, MessageDigest digest, FileChannel channel)
      throws IOException {
    DType dtype = entry.type().dtype();
    Object storage = NdArray.allocate(entry.type());
    int count = entry.type().shape().size();
    int step = buffer.capacity() / dtype.bytes();
    MemorySegment from = MemorySegment.ofBuffer(buffer.clear());
    for (int at = 0; at < count; at += step) {
      int part = Math.min(step, count - at);
      next(buffer, part * dtype.bytes(), digest, channel);
      MemorySegment.copy(from, layout(dtype), 0, storage, at, part);
    }
    if (storage instanceof byte[] flags) {
      for (byte flag : flags) {
        if (flag != 0 && flag != 1) {
          throw new JsonFault(entry.name() + " has the byte " + flag + " for a boolean");
        }
      }
    }
    return NdArray.wrap(entry.type(), storage);
  }
}
