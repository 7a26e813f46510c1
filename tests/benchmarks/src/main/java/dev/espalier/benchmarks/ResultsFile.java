package dev.espalier.benchmarks;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file of the results: written by hand, but for sections between two lines, {@code <!--
 * generated: NAME -->} and {@code <!-- end: NAME -->}, which are replaced.
 *
 * @param path where it is
 */
public record ResultsFile(Path path) {
  /**
   * Replaces a section; what is around it stays.
   *
   * @param name the section's name
   * @param text what it holds from now on
   * @throws EspalierException BAD_FILE where the file has no such section, IO_FAILURE where it
   *     cannot be read or written
   */
  public void replace(String name, String text) {
    String begin = "<!-- generated: " + name + " -->\n";
    String end = "<!-- end: " + name + " -->\n";
    try {
      String old = Files.readString(path);
      int from = old.indexOf(begin);
      int to = old.indexOf(end);
      if (from < 0 || to < from) {
        throw new EspalierException(
            ErrorCode.BAD_FILE,
            path + " has the lines " + begin.strip() + " and, behind it, " + end.strip(),
            "no such section",
            "add the two lines where the section belongs");
      }
      Files.writeString(
          path,
          old.substring(0, from + begin.length())
              + "\n"
              + text.strip()
              + "\n\n"
              + old.substring(to));
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          "the results are written to " + path,
          e.toString(),
          "see that the file is there and may be written",
          e);
    }
  }
}
