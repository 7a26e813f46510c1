package dev.espalier.cli;

import dev.espalier.training.plot.Chart;
import dev.espalier.training.probe.Bound;
import dev.espalier.training.probe.Extremum;
import dev.espalier.training.probe.Kink;
import dev.espalier.training.probe.Limit;
import dev.espalier.training.probe.Portrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a scan of a line showed, for people, for programs and for a chart. */
final class PortraitText {
  private PortraitText() {}

  /** The rows of a text. */
  static Table facts(Portrait p) {
    Table table = new Table();
    table.row("infimum:", text(p.infimum()));
    table.row("supremum:", text(p.supremum()));
    table.row("minimum:", text(p.minimum()));
    table.row("maximum:", text(p.maximum()));
    table.row("x -> -inf:", text(p.left()));
    table.row("x -> inf:", text(p.right()));
    table.row("zeros:", zeros(p.zeros()));
    if (p.kinks().isEmpty()) {
      table.row("not smooth:", "nowhere on the line, up to the second derivative");
    }
    String label = "not smooth:";
    for (Kink kink : p.kinks()) {
      table.row(label, text(kink));
      label = "";
    }
    return table;
  }

  private static String zeros(List<Double> zeros) {
    return zeros.isEmpty()
        ? "none that is a single point"
        : String.join(", ", zeros.stream().map(Numbers::text).toList());
  }

  private static String text(Bound bound) {
    return Numbers.text(bound.value())
        + switch (bound.place()) {
          case TAKEN -> " at x = " + Numbers.text(bound.at());
          case LEFT -> " as x -> -inf";
          case RIGHT -> " as x -> inf";
        };
  }

  private static String text(Extremum e) {
    String value = Numbers.text(e.value());
    String from = Numbers.text(e.from());
    return switch (e.place()) {
      case STATIONARY -> value + " at x = " + from + ", where the derivative is 0";
      case KINK -> value + " at x = " + from + ", where it is not smooth";
      case END -> value + " at x = " + from + ", an end of the line";
      case FLAT -> value + " from x = " + from + " to " + Numbers.text(e.to());
    };
  }

  private static String text(Limit limit) {
    return switch (limit.trend()) {
      case SETTLES -> Numbers.text(limit.value());
      case RISES -> "rises without bound";
      case FALLS -> "falls without bound";
      case UNSETTLED -> "not settled; " + Numbers.text(limit.value()) + " far out";
      case NOT_A_NUMBER -> "not a number";
    };
  }

  private static String text(Kink kink) {
    String what =
        switch (kink.order()) {
          case 0 -> "value";
          case 1 -> "first derivative";
          default -> "second derivative";
        };
    String how = kink.infinite() ? "is not finite" : kink.isolated() ? "differs" : "jumps";
    return "x = %s: the %s %s; left %s, at it %s, right %s"
        .formatted(
            Numbers.text(kink.x()),
            what,
            how,
            Numbers.text(kink.left()),
            Numbers.text(kink.at()),
            Numbers.text(kink.right()));
  }

  /** The members of a JSON object. */
  static Map<String, Object> json(Portrait p) {
    return Json.object(
        "from", p.grid()[0],
        "to", p.grid()[p.grid().length - 1],
        "points", p.grid().length,
        "infimum", json(p.infimum()),
        "supremum", json(p.supremum()),
        "minimum", json(p.minimum()),
        "maximum", json(p.maximum()),
        "left", json(p.left()),
        "right", json(p.right()),
        "zeros", p.zeros(),
        "kinks",
            p.kinks().stream()
                .map(k ->
                    Json.object(
                        "x", k.x(),
                        "order", k.order(),
                        "left", k.left(),
                        "at", k.at(),
                        "right", k.right()))
                .toList());
  }

  private static Object json(Bound bound) {
    return Json.object("value", bound.value(), "place", word(bound.place()), "at", bound.at());
  }

  private static Object json(Extremum e) {
    return Json.object(
        "value", e.value(), "from", e.from(), "to", e.to(), "place", word(e.place()));
  }

  private static Object json(Limit limit) {
    return Json.object("trend", word(limit.trend()), "value", limit.value());
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The curve with its first derivatives and its kinks. */
  static Chart chart(String title, String xLabel, Portrait p, int derivatives) {
    List<Chart.Line> lines = new ArrayList<>();
    for (int order = 0; order <= Math.min(derivatives, p.values().length - 1); order++) {
      lines.add(new Chart.Line(name(order), p.grid(), p.values()[order]));
    }
    List<Chart.Mark> marks =
        p.kinks().stream()
            .map(k ->
                new Chart.Mark(k.x(), name(k.order()) + " not smooth at " + Numbers.text(k.x())))
            .toList();
    return new Chart(title, xLabel, "value", false, lines, marks);
  }

  /** What a derivative is called. */
  static String name(int order) {
    return order == 0 ? "f" : order <= 3 ? "f" + "'".repeat(order) : "f^(" + order + ")";
  }
}
