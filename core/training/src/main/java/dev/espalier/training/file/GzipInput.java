package dev.espalier.training.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The decompressed bytes of a gzip file (RFC 1952, any number of members), strictly: checksum and
 * length of every member are verified, and bytes after the last member are an error, where the
 * platform's own reader ignores them.
 */
public final class GzipInput extends InputStream {
  private static final int CRC_FLAG = 2;
  private static final int EXTRA_FLAG = 4;
  private static final int NAME_FLAG = 8;
  private static final int COMMENT_FLAG = 16;
  private static final int RESERVED_FLAGS = 0xe0;

  private final ByteBuffer in;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private boolean ended;

  /**
   * Reads from a buffer, from its position to its limit.
   *
   * @param in the whole file
   * @throws IOException where it does not start with a gzip header
   */
  public GzipInput(ByteBuffer in) throws IOException {
    this.in = in.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    startMember();
  }

  private void startMember() throws IOException {
    need(10);
    if (in.get() != 0x1f || (in.get() & 0xff) != 0x8b) {
      throw new IOException("bytes at " + (in.position() - 2) + " are not a gzip header");
    }
    int method = in.get();
    int flags = in.get();
    if (method != 8 || (flags & RESERVED_FLAGS) != 0) {
      throw new IOException("gzip method " + method + " with flags " + flags + " does not exist");
    }
    in.position(in.position() + 6);
    if ((flags & EXTRA_FLAG) != 0) {
      need(2);
      int length = in.getShort() & 0xffff;
      need(length);
      in.position(in.position() + length);
    }
    if ((flags & NAME_FLAG) != 0) {
      skipText();
    }
    if ((flags & COMMENT_FLAG) != 0) {
      skipText();
    }
    if ((flags & CRC_FLAG) != 0) {
      need(2);
      in.getShort();
    }
    inflater.reset();
    crc.reset();
    inflater.setInput(in);
  }

  private void skipText() throws IOException {
    do {
      need(1);
    } while (in.get() != 0);
  }

  private void need(int bytes) throws IOException {
    if (in.remaining() < bytes) {
      throw new EOFException("the gzip stream is truncated after " + in.limit() + " bytes");
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int from, int length) throws IOException {
    Objects.checkFromIndexSize(from, length, to.length);
    if (length == 0) {
      return 0;
    }
    while (!ended) {
      int count;
      try {
        count = inflater.inflate(to, from, length);
      } catch (DataFormatException e) {
        throw new IOException("the gzip stream is damaged before byte " + in.position(), e);
      }
      if (count > 0) {
        crc.update(to, from, count);
        return count;
      }
      if (inflater.finished()) {
        endMember();
      } else {
        // Without progress and not finished: it wants input that is not there, or a dictionary.
        throw new EOFException("the gzip stream is truncated after " + in.limit() + " bytes");
      }
    }
    return -1;
  }

  private void endMember() throws IOException {
    need(8);
    int checksum = in.getInt();
    int size = in.getInt();
    if (checksum != (int) crc.getValue() || size != (int) inflater.getBytesWritten()) {
      throw new IOException("the checksum of the gzip stream does not match its content");
    }
    if (in.hasRemaining()) {
      startMember();
    } else {
      ended = true;
    }
  }

  @Override
  public void close() {
    inflater.end();
    ended = true;
  }
}
