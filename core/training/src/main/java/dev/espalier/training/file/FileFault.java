package dev.espalier.training.file;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** The errors of files: each names the file, what was found in it and the repair. */
public final class FileFault {
  private FileFault() {}

  /**
   * A file whose content is not of its format.
   *
   * @param file the file
   * @param format what it should be, with its article: {@code an IDX file}
   * @param found what is wrong
   * @param repair what the reader can do about it
   * @return a BAD_FILE, to be thrown
   */
  public static EspalierException bad(Path file, String format, String found, String repair) {
    return new EspalierException(ErrorCode.BAD_FILE, file + " is " + format, found, repair);
  }

  /** As the other, with the cause. */
  public static EspalierException bad(
      Path file, String format, String found, String repair, Throwable cause) {
    return new EspalierException(ErrorCode.BAD_FILE, file + " is " + format, found, repair, cause);
  }

  /** A file or folder that is not there. */
  public static EspalierException notFound(Path file, String what) {
    return new EspalierException(
        ErrorCode.FILE_NOT_FOUND,
        what + " at " + file,
        "nothing is there",
        "check the path; a relative one starts at " + Path.of("").toAbsolutePath());
  }

  /**
   * A failure of the system: FILE_NOT_FOUND where the file is absent or may not be opened, else
   * IO_FAILURE.
   *
   * @param doing what was attempted, as in {@code read the image file}
   */
  public static EspalierException io(IOException cause, Path file, String doing) {
    if (cause instanceof NoSuchFileException || cause instanceof FileNotFoundException) {
      return new EspalierException(
          ErrorCode.FILE_NOT_FOUND,
          doing + " " + file,
          "nothing is there",
          "check the path; a relative one starts at " + Path.of("").toAbsolutePath(),
          cause);
    }
    if (cause instanceof AccessDeniedException) {
      return new EspalierException(
          ErrorCode.FILE_NOT_FOUND,
          doing + " " + file,
          "the system does not allow it to be opened",
          "change the permissions of the file or of its folder",
          cause);
    }
    return new EspalierException(
        ErrorCode.IO_FAILURE,
        doing + " " + file,
        reason(cause),
        cause instanceof NotDirectoryException
            ? "name a folder"
            : "check that the disk is there, healthy and not full",
        cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof FileSystemException fault && fault.getReason() != null) {
      return fault.getReason();
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
