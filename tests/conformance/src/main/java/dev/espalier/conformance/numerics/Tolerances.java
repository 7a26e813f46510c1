package dev.espalier.conformance.numerics;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The numerics contract: how far a backend's results may be from the exact value, per operation and
 * element type. Read from {@code tolerances.csv}: {@code op,dtype,ulp,absolute,reason}; the op
 * {@code *} stands for all that have no row of their own.
 */
public final class Tolerances {
  private record Row(String op, String dtype) {}

  private final Map<Row, Bound> rows;

  private Tolerances(Map<Row, Bound> rows) {
    this.rows = Map.copyOf(rows);
  }

  /** The contract that every backend holds. */
  public static Tolerances standard() {
    try (InputStream in = Tolerances.class.getResourceAsStream("tolerances.csv")) {
      if (in == null) {
        throw broken("the resource is absent");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw broken(e.toString());
    }
  }

  /**
   * A contract from its lines, the first of which is the header.
   *
   * @throws EspalierException BAD_FILE where a line has not five columns, a bound is not a number
   *     of at least 0, or an op and dtype come twice
   */
  public static Tolerances parse(List<String> lines) {
    Map<Row, Bound> rows = new HashMap<>();
    for (String line : lines.stream().skip(1).filter(l -> !l.isBlank()).toList()) {
      String[] cells = line.split(",", 5);
      if (cells.length != 5) {
        throw broken(line);
      }
      Row row = new Row(cells[0], cells[1]);
      if (rows.put(row, new Bound(number(cells[2], line), number(cells[3], line), cells[4]))
          != null) {
        throw broken("twice: " + line);
      }
    }
    return new Tolerances(rows);
  }

  private static double number(String text, String line) {
    try {
      double value = Double.parseDouble(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException _) {
      // Reported below, with the line.
    }
    throw broken(line);
  }

  private static EspalierException broken(String found) {
    return new EspalierException(
        ErrorCode.BAD_FILE,
        "tolerances have lines op,dtype,ulp,absolute,reason",
        found,
        "correct the line");
  }

  /** The bound for an operation, as it is printed, and the element type of a result. */
  public Bound of(String op, DType dtype) {
    if (!dtype.isFloat()) {
      return Bound.EXACT;
    }
    String type = dtype.text().toLowerCase(Locale.ROOT);
    Bound own = rows.get(new Row(op, type));
    Bound general = rows.get(new Row("*", type));
    if (own != null) {
      return own;
    }
    if (general != null) {
      return general;
    }
    throw broken("no line for " + op + "," + type);
  }
}
