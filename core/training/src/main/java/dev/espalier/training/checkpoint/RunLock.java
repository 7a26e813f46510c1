package dev.espalier.training.checkpoint;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The right to write a run folder, held by one process at a time: a lock of the operating system on
 * {@code run.lock}, which ends with the process however it ends. The file stays; its text is the
 * holder's process id.
 */
final class RunLock implements AutoCloseable {
  private static final String NAME = "run.lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @throws EspalierException IO_FAILURE where another process, or this one already, holds it
   */
  static RunLock acquire(Path runFolder) {
    Path file = runFolder.resolve(NAME);
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (!locked(channel)) {
          String holder = holder(channel);
          throw new EspalierException(
              ErrorCode.IO_FAILURE,
              "one process at a time writes the run folder " + runFolder,
              "process " + holder + " is writing it",
              "wait until it ends, or choose another folder");
        }
        ByteBuffer pid =
            ByteBuffer.wrap(
                (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII));
        channel.truncate(0);
        channel.write(pid, 0);
        return new RunLock(channel);
      } catch (IOException | EspalierException e) {
        channel.close();
        throw e;
      }
    } catch (IOException e) {
      throw FileFault.io(e, file, "lock");
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      // Held until the channel is closed.
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // This very process holds it already.
      return false;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(20);
    int length = Math.max(channel.read(text, 0), 0);
    return new String(text.array(), 0, length, StandardCharsets.US_ASCII).strip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw FileFault.io(e, Path.of(NAME), "unlock");
    }
  }
}
