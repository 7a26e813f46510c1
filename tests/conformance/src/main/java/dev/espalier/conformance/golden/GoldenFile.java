package dev.espalier.conformance.golden;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Golden points and where they come from: the resource {@code NAME.golden.csv} beside the plugin's
 * class.
 *
 * <pre>
 * # origin: the closed form, paper or published value, at least once
 * # claim: name=value               what holds besides, see Claims; before the first section
 * # set: key=value,key=value        begins a section: the hyperparameters, or nothing for the defaults
 * # given: name=number,...          further numbers that the section is about
 * column,column,...                 the columns of the section
 * number,number number,...          rows; a cell is one number or several; inf and -inf are numbers
 * </pre>
 *
 * @param origins where the points come from
 * @param claims what holds besides, for the default hyperparameters
 * @param sections the points, one section a choice of hyperparameters
 */
public record GoldenFile(List<String> origins, Claims claims, List<Section> sections) {

  /**
   * The points for one choice of hyperparameters.
   *
   * @param hyperparameters as a run file would give them
   * @param given further numbers
   * @param columns the names of the columns
   * @param rows cells of numbers
   */
  public record Section(
      Map<String, Object> hyperparameters,
      Map<String, Double> given,
      List<String> columns,
      List<List<double[]>> rows) {

    /** The cells of a column. */
    public List<double[]> cells(String column) {
      int index = columns.indexOf(column);
      if (index < 0) {
        throw bad("a column " + column, columns.toString());
      }
      return rows.stream().map(row -> row.get(index)).toList();
    }

    /** The numbers of a column that has one in each cell. */
    public double[] numbers(String column) {
      return cells(column).stream().mapToDouble(GoldenFile::only).toArray();
    }

    /** A further number. */
    public double given(String name) {
      Double value = given.get(name);
      if (value == null) {
        throw bad("a line '# given: " + name + "=...'", given.toString());
      }
      return value;
    }
  }

  /** The golden file of a registration, if it has one. */
  public static Optional<GoldenFile> of(Registered<?> registered) {
    return PluginResource.read(registered.plugin(), registered.name() + ".golden.csv")
        .map(GoldenFile::parse);
  }

  /**
   * Reads the text of a golden file.
   *
   * @throws EspalierException BAD_FILE where it is not one: no origin, no points, a row of the
   *     wrong length, or a claim that is twice or too late
   */
  public static GoldenFile parse(String text) {
    List<String> origins = new ArrayList<>();
    List<Section> sections = new ArrayList<>();
    Map<String, String> claims = new LinkedHashMap<>();
    for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
      if (line.startsWith("# origin:")) {
        origins.add(after(line));
      } else if (line.startsWith("# claim:")) {
        if (!sections.isEmpty() || claims.put(claim(line), value(line)) != null) {
          throw bad("each claim once, before the first '# set:'", line);
        }
      } else if (line.startsWith("# set:")) {
        sections.add(
            new Section(
                hyperparameters(after(line)),
                new LinkedHashMap<>(),
                new ArrayList<>(),
                new ArrayList<>()));
      } else if (sections.isEmpty() || (line.startsWith("#") && !line.startsWith("# given:"))) {
        throw bad("'# origin:' and '# set:' before the points", line);
      } else {
        addTo(sections.getLast(), line);
      }
    }
    if (origins.isEmpty() || (sections.isEmpty() && claims.isEmpty())) {
      throw bad(
          "an origin and a section, or claims",
          origins.size() + ", " + sections.size() + " and " + claims.size());
    }
    for (Section section : sections) {
      if (section.rows().isEmpty()) {
        throw bad("points in every section", "none for " + section.hyperparameters());
      }
    }
    return new GoldenFile(List.copyOf(origins), new Claims(claims), List.copyOf(sections));
  }

  private static void addTo(Section section, String line) {
    if (line.startsWith("# given:")) {
      pairs(after(line)).forEach((key, value) -> section.given().put(key, number(value)));
    } else if (section.columns().isEmpty()) {
      section.columns().addAll(List.of(line.split(",", -1)));
    } else {
      List<double[]> row = Arrays.stream(line.split(",", -1)).map(GoldenFile::cell).toList();
      if (row.size() != section.columns().size()) {
        throw bad("as many cells as columns, " + section.columns(), line);
      }
      section.rows().add(row);
    }
  }

  private static Map<String, Object> hyperparameters(String text) {
    Map<String, Object> found = new LinkedHashMap<>();
    pairs(text).forEach((key, value) -> found.put(key, hyperparameter(value)));
    return found;
  }

  private static Object hyperparameter(String value) {
    if (value.equals("true") || value.equals("false")) {
      return Boolean.valueOf(value);
    }
    return value.matches("[-+0-9.].*") ? (Object) number(value) : value;
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> found = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw bad("key=value", pair);
      }
      found.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
    }
    return found;
  }

  private static String claim(String line) {
    return after(line).replaceFirst("=.*", "").strip();
  }

  private static String value(String line) {
    int equals = line.indexOf('=');
    return equals < 0 ? "" : line.substring(equals + 1).strip();
  }

  private static String after(String line) {
    return line.substring(line.indexOf(':') + 1).strip();
  }

  private static double[] cell(String text) {
    return Arrays.stream(text.strip().split(" +", -1)).mapToDouble(GoldenFile::number).toArray();
  }

  private static double number(String text) {
    if (text.equals("inf") || text.equals("-inf")) {
      return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw bad("a number", text);
    }
  }

  private static double only(double[] cell) {
    if (cell.length != 1) {
      throw bad("one number in a cell", cell.length + " numbers");
    }
    return cell[0];
  }

  private static EspalierException bad(String asked, String found) {
    return new EspalierException(
        ErrorCode.BAD_FILE, "a golden file has " + asked, found, "see GoldenFile for the format");
  }
}
