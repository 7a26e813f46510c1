package dev.espalier.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** A table in Markdown whose columns also line up where it is read as text. Immutable. */
public final class Table {
  private final List<String> columns;
  private final int words;
  private final List<List<String>> rows;

  private Table(List<String> columns, int words, List<List<String>> rows) {
    this.columns = List.copyOf(columns);
    this.words = words;
    this.rows = List.copyOf(rows);
  }

  /**
   * A table without rows.
   *
   * @param words how many columns from the left hold words; the others hold figures and stand to
   *     the right
   * @param columns the columns' names
   */
  public static Table of(int words, String... columns) {
    return new Table(List.of(columns), words, List.of());
  }

  /** With a row more, of a cell for each column. */
  public Table row(String... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + columns.size() + " columns");
    }
    List<List<String>> more = new ArrayList<>(rows);
    more.add(List.of(cells));
    return new Table(columns, words, more);
  }

  /** The table, each line ended. */
  @Override
  public String toString() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(3, columns.get(i).length());
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    line(text, columns, widths);
    text.append('|');
    for (int i = 0; i < widths.length; i++) {
      text.append("-").append("-".repeat(widths[i])).append(i < words ? "-|" : ":|");
    }
    text.append('\n');
    rows.forEach(row -> line(text, row, widths));
    return text.toString();
  }

  private void line(StringBuilder text, List<String> cells, int[] widths) {
    text.append('|');
    for (int i = 0; i < widths.length; i++) {
      String gap = " ".repeat(widths[i] - cells.get(i).length());
      text.append(' ').append(i < words ? cells.get(i) + gap : gap + cells.get(i)).append(" |");
    }
    text.append('\n');
  }
}
