package dev.espalier.training.checkpoint;

import dev.espalier.api.EspalierException;
import dev.espalier.api.training.RunGuard;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;

/**
 * A file of lines that are appended only and are on the disk when {@link #append} returns. Each
 * line begins with the CRC-32 of what follows it, as 8 hexadecimal digits and a blank.
 *
 * <p>A last line without its end is what a killed writer left of an append that never returned; it
 * is dropped. Any other damage is an error, as what is missing cannot be known.
 */
public final class JournalFile implements RunGuard.Journal, AutoCloseable {
  private static final String FORMAT = "a journal";
  private static final int CHECK = 9;

  private final Path file;
  private final FileChannel channel;
  private final List<String> before;

  private JournalFile(Path file, FileChannel channel, List<String> before) {
    this.file = file;
    this.channel = channel;
    this.before = before;
  }

  /**
   * Opens a file, making it where it is absent.
   *
   * @throws EspalierException IO_FAILURE; BAD_FILE where it is damaged
   */
  public static JournalFile open(Path file) {
    try {
      boolean fresh = !Files.exists(file);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        byte[] bytes = Files.readAllBytes(file);
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
          end--;
        }
        List<String> lines = lines(file, new String(bytes, 0, end, StandardCharsets.UTF_8));
        channel.truncate(end);
        channel.position(end);
        channel.force(true);
        if (fresh) {
          AtomicFile.syncFolder(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        }
        return new JournalFile(file, channel, lines);
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileFault.io(e, file, "open the journal");
    }
  }

  private static List<String> lines(Path file, String text) {
    List<String> lines = new ArrayList<>();
    for (String line : text.lines().toList()) {
      if (line.length() < CHECK || !line.substring(0, CHECK).equals(check(line.substring(CHECK)))) {
        throw FileFault.bad(
            file,
            FORMAT + " whose lines are as they were written",
            "line " + (lines.size() + 1) + " is damaged",
            "restore the file; what it told cannot be known without it");
      }
      lines.add(line.substring(CHECK));
    }
    return List.copyOf(lines);
  }

  private static String check(String line) {
    CRC32 sum = new CRC32();
    sum.update(line.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) sum.getValue()) + " ";
  }

  @Override
  public List<String> before() {
    return before;
  }

  @Override
  public void append(String line) {
    try {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(check(line) + line + "\n");
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
    } catch (IOException e) {
      throw FileFault.io(e, file, "write the journal");
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileFault.io(e, file, "close the journal");
    }
  }
}
