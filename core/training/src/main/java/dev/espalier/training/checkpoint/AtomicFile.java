package dev.espalier.training.checkpoint;

import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Files that are there whole or not at all, whenever the process or the machine stops: written
 * under a temporary name in the same folder, synced, renamed, and the folder synced.
 */
public final class AtomicFile {
  private static final String PREFIX = ".writing-";

  private AtomicFile() {}

  /** What writes a file's content. */
  @FunctionalInterface
  public interface Content {
    /** Writes from the channel's position, which is 0. */
    void writeTo(FileChannel channel) throws IOException;
  }

  /**
   * Writes a file, replacing one that is there.
   *
   * @throws dev.espalier.api.EspalierException IO_FAILURE; the file is then as it was before
   */
  public static void write(Path file, Content content) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      throw FileFault.notFound(file, "a file in a folder");
    }
    Path temporary = folder.resolve(PREFIX + file.getFileName());
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      syncFolder(folder);
    } catch (IOException e) {
      throw FileFault.io(e, file, "write");
    }
  }

  /** As {@link #write(Path, Content)}, of bytes. */
  public static void write(Path file, byte[] bytes) {
    write(
        file,
        channel -> {
          ByteBuffer buffer = ByteBuffer.wrap(bytes);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        });
  }

  /**
   * Deletes what killed writers left in a folder. Only for a folder that nobody else is writing to.
   *
   * @return what was deleted
   * @throws dev.espalier.api.EspalierException FILE_NOT_FOUND, IO_FAILURE
   */
  public static List<Path> removeLeftovers(Path folder) {
    List<Path> removed = new ArrayList<>();
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(folder, PREFIX + "*")) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
        removed.add(leftover);
      }
    } catch (IOException e) {
      throw FileFault.io(e, folder, "clean up");
    }
    return removed;
  }

  /** Makes renames and new names in a folder survive a power failure, where the system can. */
  static void syncFolder(Path folder) throws IOException {
    if (System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows")) {
      // Windows cannot open a folder as a file; its file system journals names by itself.
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
