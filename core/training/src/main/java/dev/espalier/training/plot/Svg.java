package dev.espalier.training.plot;

import java.util.List;
import java.util.Locale;

/**
 * A chart as an SVG picture: axes with ticks, lines told apart by colour and dashes, marks as
 * dotted verticals, a legend. It needs no font, script or file beside it, and follows the reader's
 * light or dark scheme.
 */
public final class Svg {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int LEFT = 76;
  private static final int RIGHT = 176;
  private static final int TOP = 44;
  private static final int BOTTOM = 52;
  private static final int LINE_HEIGHT = 18;
  private static final int MOST_MARKS_NAMED = 12;

  /** Colours that people with any colour vision tell apart (M. Okabe, K. Ito, 2008). */
  private static final List<String> COLOURS =
      List.of("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9");

  private static final List<String> DASHES = List.of("none", "7 3", "2 3", "9 3 2 3", "4 2", "1 2");

  private static final String STYLE =
      """
      <style>
        svg { background: #ffffff; --ink: #1b1f24; --faint: #d8dee4; }
        @media (prefers-color-scheme: dark) {
          svg { background: #14171a; --ink: #e6e9ec; --faint: #394047; }
        }
        text { font: 12px sans-serif; fill: var(--ink); }
        .title { font-size: 15px; }
        .axis { stroke: var(--ink); fill: none; }
        .grid { stroke: var(--faint); }
        .mark { stroke: var(--ink); stroke-dasharray: 2 4; }
        .line { fill: none; stroke-width: 2; }
      </style>
      """;

  private final Chart chart;
  private final Axis x;
  private final Axis y;
  private final StringBuilder svg = new StringBuilder();

  private Svg(Chart chart) {
    this.chart = chart;
    double[] xs = chart.xRange();
    double[] ys = chart.yRange();
    if (chart.logarithmic() && !(ys[0] > 0)) {
      ys = new double[] {0.1, 1};
    }
    double room = chart.logarithmic() ? 0 : 0.04 * (ys[1] - ys[0]);
    this.x = new Axis(xs[0], xs[1], LEFT, WIDTH - RIGHT, false);
    this.y = new Axis(ys[0] - room, ys[1] + room, HEIGHT - BOTTOM, TOP, chart.logarithmic());
  }

  /** The picture of a chart. */
  public static String of(Chart chart) {
    return new Svg(chart).draw();
  }

  private String draw() {
    add(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
            .formatted(WIDTH, HEIGHT));
    add("<title>" + escape(chart.title()) + "</title>\n" + STYLE);
    text(LEFT, TOP - 18, "class=\"title\"", chart.title());
    axes();
    marks();
    for (int i = 0; i < chart.lines().size(); i++) {
      line(i);
    }
    legend();
    add("</svg>\n");
    return svg.toString();
  }

  private void axes() {
    for (double tick : x.ticks()) {
      segment("grid", x.at(tick), TOP, x.at(tick), HEIGHT - BOTTOM);
      text(x.at(tick), HEIGHT - BOTTOM + 18, "text-anchor=\"middle\"", Axis.text(tick));
    }
    for (double tick : y.ticks()) {
      segment("grid", LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick));
      text(LEFT - 8, y.at(tick) + 4, "text-anchor=\"end\"", Axis.text(tick));
    }
    add(
        "<rect class=\"axis\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n"
            .formatted(LEFT, TOP, WIDTH - RIGHT - LEFT, HEIGHT - BOTTOM - TOP));
    double middle = (LEFT + WIDTH - RIGHT) / 2.0;
    text(middle, HEIGHT - 14, "text-anchor=\"middle\"", chart.xLabel());
    double height = (TOP + HEIGHT - BOTTOM) / 2.0;
    text(
        16,
        height,
        "text-anchor=\"middle\" transform=\"rotate(-90 16 %s)\"".formatted(number(height)),
        chart.yLabel());
  }

  private void marks() {
    for (Chart.Mark mark : chart.marks()) {
      if (mark.x() >= x.low() && mark.x() <= x.high()) {
        segment("mark", x.at(mark.x()), TOP, x.at(mark.x()), HEIGHT - BOTTOM);
      }
    }
  }

  private void line(int index) {
    Chart.Line line = chart.lines().get(index);
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < line.x().length; i++) {
      double value = line.y()[i];
      boolean shown =
          Double.isFinite(value)
              && Double.isFinite(line.x()[i])
              && (chart.logarithmic() ? value > 0 : true);
      if (shown) {
        points.append(number(x.at(line.x()[i]))).append(',').append(number(y.at(value)));
        points.append(' ');
      } else {
        polyline(index, points);
      }
    }
    polyline(index, points);
  }

  private void polyline(int index, StringBuilder points) {
    if (!points.isEmpty()) {
      add(
          "<polyline class=\"line\" %s points=\"%s\"/>\n"
              .formatted(look(index), points.toString().strip()));
      points.setLength(0);
    }
  }

  private static String look(int index) {
    return "stroke=\"%s\" stroke-dasharray=\"%s\""
        .formatted(COLOURS.get(index % COLOURS.size()), DASHES.get(index % DASHES.size()));
  }

  private void legend() {
    int left = WIDTH - RIGHT + 14;
    int top = TOP + 8;
    for (int i = 0; i < chart.lines().size(); i++) {
      int height = top + i * LINE_HEIGHT;
      add(
          "<line class=\"line\" %s x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>\n"
              .formatted(look(i), left, height, left + 26, height));
      text(left + 34, height + 4, "", chart.lines().get(i).name());
    }
    int height = top + (chart.lines().size() + 1) * LINE_HEIGHT;
    for (Chart.Mark mark : chart.marks().stream().limit(MOST_MARKS_NAMED).toList()) {
      text(left, height, "", mark.text());
      height += LINE_HEIGHT;
    }
    if (chart.marks().size() > MOST_MARKS_NAMED) {
      text(left, height, "", "and " + (chart.marks().size() - MOST_MARKS_NAMED) + " more");
    }
  }

  private void segment(String kind, double x1, double y1, double x2, double y2) {
    add(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>\n"
            .formatted(kind, number(x1), number(y1), number(x2), number(y2)));
  }

  private void text(double left, double base, String attributes, String text) {
    add(
        "<text x=\"%s\" y=\"%s\" %s>%s</text>\n"
            .formatted(number(left), number(base), attributes, escape(text)));
  }

  private void add(String text) {
    svg.append(text);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  /** As XML text: reserved characters escaped, those that XML does not have replaced. */
  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replaceAll("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "?");
  }
}
