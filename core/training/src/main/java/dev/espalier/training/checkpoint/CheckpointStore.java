package dev.espalier.training.checkpoint;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of a run, in {@code RUN/checkpoints/step-00001000/}, and the lock that keeps
 * other writers out.
 *
 * <p>A checkpoint is written into a folder of a temporary name, synced and renamed, so under its
 * own name it is whole. What a killed writer left is removed when the run folder is next opened for
 * writing, and never read. A checkpoint that was damaged afterwards is found by its hashes and
 * skipped, which is reported.
 */
public final class CheckpointStore implements Checkpoints {
  private static final String FOLDER = "checkpoints";
  private static final String WRITING = ".writing-";
  private static final String DELETING = ".deleting-";
  private static final Pattern NAME = Pattern.compile("step-(\\d{8,18})");

  private final Path folder;
  private final int keep;
  private final RunLock lock;

  private CheckpointStore(Path folder, int keep, RunLock lock) {
    this.folder = folder;
    this.keep = keep;
    this.lock = lock;
  }

  /**
   * Opens a run folder for writing, making it where it is absent, and removes what killed writers
   * left.
   *
   * @param runFolder the run's folder
   * @param keep how many of the newest checkpoints are kept, at least 1
   * @throws EspalierException IO_FAILURE, also where another process writes the folder; BAD_VALUE
   *     for keep below 1
   */
  public static CheckpointStore open(Path runFolder, int keep) {
    if (keep < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "the number of checkpoints to keep is at least 1",
          String.valueOf(keep),
          "keep 2 or more, so that a damaged one has a predecessor");
    }
    Path folder = runFolder.resolve(FOLDER);
    try {
      Files.createDirectories(folder);
      RunLock lock = RunLock.acquire(runFolder);
      try {
        AtomicFile.removeLeftovers(runFolder);
        try (DirectoryStream<Path> leftovers =
            Files.newDirectoryStream(folder, "{" + WRITING + "," + DELETING + "}*")) {
          for (Path leftover : leftovers) {
            delete(leftover);
          }
        }
        AtomicFile.syncFolder(runFolder);
      } catch (IOException | EspalierException e) {
        lock.close();
        throw e;
      }
      return new CheckpointStore(folder, keep, lock);
    } catch (IOException e) {
      throw FileFault.io(e, runFolder, "open the run folder");
    }
  }

  private static void delete(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  /** The folder of a step's checkpoint. */
  private Path of(long step) {
    return folder.resolve("step-%08d".formatted(step));
  }

  /**
   * Writes a checkpoint for the manifest's step. When it returns, the checkpoint survives a kill
   * and a power failure; if either comes before, the earlier ones are untouched. Then the oldest
   * beyond the number to keep are deleted.
   *
   * @param tensors by name, in the order in which they are to be read back
   * @return the checkpoint's folder
   * @throws EspalierException IO_FAILURE; CHECKPOINT_MISMATCH where there is a checkpoint of this
   *     or of a later step, which {@link #discardAfter} removes
   */
  @Override
  public Path save(Map<String, NdArray> tensors, Manifest manifest) {
    try {
      NavigableMap<Long, Path> there = list(folder);
      if (!there.tailMap(manifest.step(), true).isEmpty()) {
        throw new EspalierException(
            ErrorCode.CHECKPOINT_MISMATCH,
            "a checkpoint of step " + manifest.step() + " follows all others in " + folder,
            "a checkpoint of step " + there.lastKey(),
            "resume from that checkpoint, or choose another run folder");
      }
      Path target = of(manifest.step());
      Path writing = folder.resolve(WRITING + target.getFileName());
      if (Files.exists(writing)) {
        // A save that failed, as with a full disk, and is tried again.
        delete(writing);
      }
      Files.createDirectory(writing);
      Checkpoint.write(writing, tensors, manifest);
      Files.move(writing, target, StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(folder);
      for (Path old :
          there.values().stream().limit(Math.max(0, there.size() + 1 - keep)).toList()) {
        discard(old);
      }
      return target;
    } catch (IOException e) {
      throw FileFault.io(e, folder, "write a checkpoint in");
    }
  }

  /**
   * Renames before deleting, so that a half-deleted checkpoint is never taken for a damaged one.
   */
  private void discard(Path checkpoint) throws IOException {
    Path deleting = folder.resolve(DELETING + checkpoint.getFileName());
    if (Files.exists(deleting)) {
      // A deletion that failed.
      delete(deleting);
    }
    Files.move(checkpoint, deleting, StandardCopyOption.ATOMIC_MOVE);
    delete(deleting);
  }

  /**
   * Deletes the checkpoints of later steps: damaged ones that {@link #latest()} skipped, or a
   * future that is not wanted.
   *
   * @return how many
   * @throws EspalierException IO_FAILURE
   */
  @Override
  public int discardAfter(long step) {
    try {
      NavigableMap<Long, Path> later = list(folder).tailMap(step, false);
      for (Path checkpoint : later.values()) {
        discard(checkpoint);
      }
      AtomicFile.syncFolder(folder);
      return later.size();
    } catch (IOException e) {
      throw FileFault.io(e, folder, "delete a checkpoint in");
    }
  }

  /** The newest good checkpoint; see {@link #latest(Path)}. */
  @Override
  public Checkpoint.Latest latest() {
    return latestIn(folder);
  }

  /**
   * The newest checkpoint of a run that is undamaged, with the newer ones that are not. Needs no
   * lock: a run that is being written can be read.
   *
   * @param runFolder the run's folder
   * @throws EspalierException IO_FAILURE; CHECKPOINT_MISMATCH where the newest is of another
   *     version of the format; OUT_OF_MEMORY
   */
  public static Checkpoint.Latest latest(Path runFolder) {
    return latestIn(runFolder.resolve(FOLDER));
  }

  private static Checkpoint.Latest latestIn(Path folder) {
    List<Checkpoint.Skipped> skipped = new ArrayList<>();
    try {
      for (Map.Entry<Long, Path> entry : list(folder).descendingMap().entrySet()) {
        try {
          Checkpoint checkpoint = Checkpoint.read(entry.getValue());
          if (checkpoint.manifest().step() != entry.getKey()) {
            throw FileFault.bad(
                entry.getValue(),
                "the checkpoint of step " + entry.getKey(),
                "the checkpoint of step " + checkpoint.manifest().step(),
                "give the folder its own name again");
          }
          return new Checkpoint.Latest(Optional.of(checkpoint), skipped);
        } catch (EspalierException e) {
          if (!Checkpoint.isDamage(e)) {
            throw e;
          }
          skipped.add(new Checkpoint.Skipped(entry.getValue(), e));
        }
      }
    } catch (IOException e) {
      throw FileFault.io(e, folder, "list the checkpoints in");
    }
    return new Checkpoint.Latest(Optional.empty(), skipped);
  }

  private static NavigableMap<Long, Path> list(Path folder) throws IOException {
    NavigableMap<Long, Path> steps = new TreeMap<>();
    if (!Files.isDirectory(folder)) {
      return steps;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        Matcher name = NAME.matcher(String.valueOf(entry.getFileName()));
        if (name.matches()) {
          steps.put(Long.parseLong(name.group(1)), entry);
        }
      }
    }
    return steps;
  }

  /** Gives the lock back. */
  @Override
  public void close() {
    lock.close();
  }
}
