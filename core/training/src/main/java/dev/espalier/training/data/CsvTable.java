package dev.espalier.training.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
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
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A table read from CSV (RFC 4180, UTF-8, first line the header): numeric features and one label
 * column.
 *
 * <p>Numbers are decimal, as in {@code -1.5e3}; spaces around them are allowed; anything else,
 * not-a-number and infinity included, is an error with line and column. Classes taken from the file
 * are numbered in sorted order, by value where all their names are decimal integers, otherwise by
 * UTF-16 code unit: the numbering does not depend on the order of the rows. Empty lines are
 * skipped.
 *
 * @param features the names of the feature columns, in the order of the file
 * @param inputs f32[rows, features]
 * @param label the name of the label column
 * @param targets i32[rows], the index of the class; or f32[rows] where the label is a number
 * @param classes the names of the classes by index; empty where the label is a number
 */
public record CsvTable(
    List<String> features, NdArray inputs, String label, NdArray targets, List<String> classes) {
  private static final String FORMAT = "a CSV table";
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
  private static final Pattern INTEGER = Pattern.compile("-?\\d{1,18}");

  /** Copies the lists. */
  public CsvTable {
    features = List.copyOf(features);
    classes = List.copyOf(classes);
  }

  /**
   * Reads a file.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; UNKNOWN_NAME where there is no column of
   *     the label's name; BAD_FILE, with line and column, for what is not such a table
   */
  public static CsvTable read(Path file, CsvFormat format) {
    try {
      long size = Files.size(file);
      if (Files.isDirectory(file)) {
        throw FileFault.bad(file, FORMAT, "it is a folder", "name a file in it");
      }
      if (size > format.maxBytes()) {
        throw FileFault.bad(
            file,
            FORMAT + " of at most " + format.maxBytes() + " bytes",
            size + " bytes",
            "raise the limit or split the file");
      }
      return new Parser(file, format).parse();
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the CSV table");
    }
  }

  /** The table as a dataset of rows. */
  public ArrayDataset dataset() {
    return new ArrayDataset(inputs, targets);
  }

  /** One pass over a file. */
  private static final class Parser {
    private final Path file;
    private final CsvFormat format;
    private float[] values = new float[1024];
    private int valueCount;
    private float[] numbers = new float[256];
    private String[] names = new String[256];
    private int[] lines = new int[256];
    private int rows;

    Parser(Path file, CsvFormat format) {
      this.file = file;
      this.format = format;
    }

    CsvTable parse() throws IOException {
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      try (Reader text =
              new BufferedReader(new InputStreamReader(Files.newInputStream(file), decoder));
          CsvReader<CsvRecord> records =
              CsvReader.builder()
                  .fieldSeparator(format.separator())
                  .detectBomHeader(false)
                  .skipEmptyLines(true)
                  .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                  .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                  .ofCsvRecord(afterByteOrderMark(text))) {
        return parse(records);
      } catch (CsvParseException | UncheckedIOException e) {
        throw unreadable(e);
      } catch (CharacterCodingException e) {
        throw malformed(e);
      }
    }

    /** A byte order mark, which spreadsheets write, is not part of the first name. */
    private static Reader afterByteOrderMark(Reader text) throws IOException {
      text.mark(1);
      if (text.read() != '\ufeff') {
        text.reset();
      }
      return text;
    }

    private EspalierException unreadable(RuntimeException e) {
      if (e.getCause() instanceof CharacterCodingException coding) {
        return malformed(coding);
      }
      if (e.getCause() instanceof IOException io) {
        return FileFault.io(io, file, "read the CSV table");
      }
      return FileFault.bad(
          file, FORMAT, e.getMessage() + "", "check quotes and the length of the fields", e);
    }

    private EspalierException malformed(CharacterCodingException e) {
      return FileFault.bad(
          file,
          FORMAT + " in UTF-8",
          "bytes that are not UTF-8 after row " + rows,
          "convert the file to UTF-8",
          e);
    }

    private CsvTable parse(CsvReader<CsvRecord> records) {
      var iterator = records.iterator();
      if (!iterator.hasNext()) {
        throw FileFault.bad(
            file, FORMAT, "it is empty", "give it a header line and one line for each example");
      }
      List<String> header = header(iterator.next());
      int labelColumn = header.indexOf(format.label());
      if (labelColumn < 0) {
        throw new EspalierException(
            ErrorCode.UNKNOWN_NAME,
            "the label column '" + format.label() + "' of " + file,
            "the columns are " + String.join(", ", header),
            "name one of them as the label");
      }
      if (header.size() < 2) {
        throw FileFault.bad(
            file, FORMAT, "the label is its only column", "give it a feature column");
      }
      while (iterator.hasNext()) {
        row(iterator.next(), header, labelColumn);
      }
      if (rows == 0) {
        throw FileFault.bad(
            file, FORMAT, "a header and no rows", "give it one line for each example");
      }
      return table(header, labelColumn);
    }

    private List<String> header(CsvRecord first) {
      List<String> names = first.getFields().stream().map(String::strip).toList();
      Set<String> seen = new HashSet<>();
      for (int column = 0; column < names.size(); column++) {
        String name = names.get(column);
        if (name.isEmpty()) {
          throw at(first, column, "a column without a name", "name every column in the header");
        }
        if (!seen.add(name)) {
          throw at(
              first,
              column,
              "a second column named '" + name + "'",
              "give every column its own name");
        }
      }
      return names;
    }

    private void row(CsvRecord row, List<String> header, int labelColumn) {
      int count = row.getFieldCount();
      if (count != header.size()) {
        throw at(
            row,
            Math.min(count, header.size()) - 1,
            count + " fields where the header has " + header.size(),
            "give the row as many fields as the header");
      }
      reserve(header.size() - 1);
      for (int column = 0; column < count; column++) {
        String text = row.getField(column).strip();
        if (column != labelColumn) {
          values[valueCount++] = number(row, column, header, text);
        } else if (format.kind() == CsvFormat.Label.NUMBER) {
          numbers[rows] = number(row, column, header, text);
        } else if (text.isEmpty()) {
          throw at(row, column, "an empty class name", "fill the field or remove the row");
        } else {
          names[rows] = text;
        }
      }
      lines[rows] = (int) Math.min(row.getStartingLineNumber(), Integer.MAX_VALUE);
      rows++;
    }

    private void reserve(int features) {
      if ((long) valueCount + features > Integer.MAX_VALUE - 8) {
        throw FileFault.bad(
            file, FORMAT, "more than 2^31 - 9 numbers", "split the file or drop columns");
      }
      if (valueCount + features > values.length) {
        values = Arrays.copyOf(values, grown(values.length, valueCount + features));
      }
      if (rows == lines.length) {
        int length = grown(rows, rows + 1);
        lines = Arrays.copyOf(lines, length);
        numbers = Arrays.copyOf(numbers, length);
        names = Arrays.copyOf(names, length);
      }
    }

    private static int grown(int length, int least) {
      return (int) Math.min(Math.max(2L * length, least), Integer.MAX_VALUE - 8);
    }

    private float number(CsvRecord row, int column, List<String> header, String text) {
      if (!NUMBER.matcher(text).matches()) {
        throw at(
            row,
            column,
            "'" + shortened(text) + "' in column '" + header.get(column) + "' is not a number",
            "write a decimal number, as in -1.5e3, or remove the column");
      }
      float value = Float.parseFloat(text);
      if (Float.isInfinite(value)) {
        throw at(
            row,
            column,
            shortened(text) + " is beyond the range of 32-bit numbers",
            "scale the column so that it stays below 3.4e38");
      }
      return value;
    }

    private static String shortened(String text) {
      return text.length() <= 40 ? text : text.substring(0, 40) + "...";
    }

    private EspalierException at(CsvRecord row, int column, String found, String repair) {
      return FileFault.bad(
          file,
          FORMAT,
          "line " + row.getStartingLineNumber() + ", column " + (column + 1) + ": " + found,
          repair);
    }

    private CsvTable table(List<String> header, int labelColumn) {
      List<String> features =
          header.stream().filter(name -> !name.equals(header.get(labelColumn))).toList();
      NdArray inputs =
          NdArray.wrap(
              TensorType.of(DType.F32, rows, features.size()), Arrays.copyOf(values, valueCount));
      if (format.kind() == CsvFormat.Label.NUMBER) {
        NdArray targets =
            NdArray.wrap(TensorType.of(DType.F32, rows), Arrays.copyOf(numbers, rows));
        return new CsvTable(features, inputs, format.label(), targets, List.of());
      }
      List<String> classes = format.classes().orElseGet(this::sortedNames);
      Map<String, Integer> indices = new HashMap<>();
      for (int i = 0; i < classes.size(); i++) {
        indices.put(classes.get(i), i);
      }
      int[] targets = new int[rows];
      for (int row = 0; row < rows; row++) {
        Integer index = indices.get(names[row]);
        if (index == null) {
          throw FileFault.bad(
              file,
              FORMAT + " of the classes " + String.join(", ", classes),
              "line "
                  + lines[row]
                  + ", column "
                  + (labelColumn + 1)
                  + ": the class '"
                  + shortened(names[row])
                  + "'",
              "remove the row, or train with data that has the class");
        }
        targets[row] = index;
      }
      return new CsvTable(
          features,
          inputs,
          format.label(),
          NdArray.wrap(TensorType.of(DType.I32, rows), targets),
          classes);
    }

    private List<String> sortedNames() {
      List<String> distinct = Arrays.stream(names, 0, rows).distinct().toList();
      Comparator<String> order =
          distinct.stream().allMatch(name -> INTEGER.matcher(name).matches())
              ? Comparator.<String>comparingLong(Long::parseLong)
                  .thenComparing(Comparator.naturalOrder())
              : Comparator.naturalOrder();
      return distinct.stream().sorted(order).toList();
    }
  }
}
