package dev.espalier.training.probe;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.espalier.api.EspalierException;
import dev.espalier.training.file.FileFault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Gradients from CSV (RFC 4180, UTF-8): one row a step, one column a parameter, no header. Numbers
 * are decimal, as in {@code -1.5e3}, or {@code NaN}, {@code inf} and {@code -inf}, to see what an
 * optimizer does with them; spaces around them are allowed and empty lines are skipped. Anything
 * else is an error with line and column.
 */
public final class GradientFile {
  /** The largest file that is read. */
  public static final long MAX_BYTES = 64L << 20;

  private static final String FORMAT = "a file of gradients";
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private GradientFile() {}

  /**
   * Reads a file.
   *
   * @param parameters how many columns it has to have
   * @return the gradient of each step
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; BAD_FILE with line and column
   */
  public static List<double[]> read(Path file, int parameters) {
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    try {
      if (Files.isDirectory(file)) {
        throw FileFault.bad(file, FORMAT, "it is a folder", "name a file in it");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw FileFault.bad(
            file,
            FORMAT + " of at most " + MAX_BYTES + " bytes",
            Files.size(file) + " bytes",
            "give fewer steps");
      }
      try (Reader text =
              new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder));
          CsvReader<CsvRecord> records =
              CsvReader.builder()
                  .skipEmptyLines(true)
                  .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                  .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                  .ofCsvRecord(text)) {
        return rows(file, records, parameters);
      }
    } catch (CsvParseException | UncheckedIOException e) {
      throw unreadable(file, e);
    } catch (CharacterCodingException e) {
      throw notUtf8(file, e);
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the gradients");
    }
  }

  private static EspalierException unreadable(Path file, RuntimeException e) {
    if (e.getCause() instanceof CharacterCodingException coding) {
      return notUtf8(file, coding);
    }
    if (e.getCause() instanceof IOException io) {
      return FileFault.io(io, file, "read the gradients");
    }
    return FileFault.bad(file, FORMAT, e.getMessage() + "", "check the quotes", e);
  }

  private static EspalierException notUtf8(Path file, CharacterCodingException e) {
    return FileFault.bad(
        file, FORMAT + " in UTF-8", "bytes that are not UTF-8", "convert the file to UTF-8", e);
  }

  private static List<double[]> rows(Path file, Iterable<CsvRecord> records, int parameters) {
    List<double[]> rows = new ArrayList<>();
    for (CsvRecord row : records) {
      if (row.getFieldCount() != parameters) {
        throw FileFault.bad(
            file,
            FORMAT + ", one column for each parameter: " + parameters,
            "line " + row.getStartingLineNumber() + ": " + row.getFieldCount() + " columns",
            "give every row one column a parameter of --start");
      }
      double[] gradient = new double[parameters];
      for (int column = 0; column < parameters; column++) {
        gradient[column] = number(file, row, column);
      }
      rows.add(gradient);
    }
    if (rows.isEmpty()) {
      throw FileFault.bad(file, FORMAT, "it has no rows", "give it one row a step");
    }
    return rows;
  }

  private static double number(Path file, CsvRecord row, int column) {
    String text = row.getField(column).strip();
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> decimal(file, row, column, text);
    };
  }

  private static double decimal(Path file, CsvRecord row, int column, String text) {
    double value = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(value)) {
      String shown = text.length() <= 40 ? text : text.substring(0, 40) + "...";
      throw FileFault.bad(
          file,
          FORMAT,
          "line %d, column %d: '%s' is not a number"
              .formatted(row.getStartingLineNumber(), column + 1, shown),
          "write a decimal number, as in -1.5e3, or NaN, inf or -inf");
    }
    return value;
  }
}
