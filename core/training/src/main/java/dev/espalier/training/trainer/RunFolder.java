package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.file.FileFault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders of runs. */
final class RunFolder {
  private static final String CHECKPOINTS = "checkpoints";

  private RunFolder() {}

  /** Refuses a folder that holds a run. */
  static void requireNoRun(Path folder) {
    if (Files.exists(folder.resolve(MetricsReport.FILE))
        || Files.exists(folder.resolve(CHECKPOINTS))) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a new run has a folder of its own",
          folder + " holds a run already",
          "go on with it by --resume " + folder + ", or choose another folder");
    }
  }

  /** A new folder below {@code runs} of the current one. */
  static Path fresh(String name) {
    Path runs = Path.of("runs");
    try {
      Files.createDirectories(runs);
      for (int number = 1; ; number++) {
        Path folder = runs.resolve(name + "-" + number);
        try {
          return Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
          // The next number, then.
        }
      }
    } catch (IOException e) {
      throw FileFault.io(e, runs, "make a run folder in");
    }
  }
}
