package dev.espalier.training.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.training.plot.Chart.Line;
import dev.espalier.training.plot.Chart.Mark;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

class SvgTest {
  private static Document parsed(Chart chart) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(Svg.of(chart).getBytes(StandardCharsets.UTF_8)));
  }

  private static Chart chart(boolean logarithmic, double... y) {
    double[] x = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      x[i] = i;
    }
    return new Chart("a", "x", "y", logarithmic, List.of(new Line("l", x, y)), List.of());
  }

  private static List<String> texts(Document svg) {
    List<String> texts = new ArrayList<>();
    NodeList nodes = svg.getElementsByTagName("text");
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void hostileNamesAreWellFormedXml() throws Exception {
    String name = "<&>\"'\u0000\u0007\ud800 ü";
    Document svg =
        parsed(
            new Chart(
                name,
                name,
                name,
                false,
                List.of(new Line(name, new double[] {0, 1}, new double[] {0, 1})),
                List.of(new Mark(0.5, name))));
    assertThat(texts(svg)).contains("<&>\"'??? ü");
  }

  @Test
  void aLineIsBrokenWhereItIsNotFinite() throws Exception {
    Document svg = parsed(chart(false, 1, 2, Double.NaN, 3, Double.POSITIVE_INFINITY, 4));
    assertThat(svg.getElementsByTagName("polyline").getLength()).isEqualTo(3);
  }

  @Test
  void everyChartIsDrawnHoweverLittleThereIs() throws Exception {
    for (boolean logarithmic : new boolean[] {false, true}) {
      for (double[] y :
          new double[][] {
            {},
            {0},
            {5, 5, 5},
            {Double.NaN, Double.NaN},
            {-1, -2},
            {1e300, -1e300},
            {5e-324, 1e-300},
            {1e-12, 1e12}
          }) {
        String picture = Svg.of(chart(logarithmic, y));
        assertThat(picture).doesNotContain("NaN").doesNotContain("Infinity");
        parsed(chart(logarithmic, y));
      }
    }
  }

  @Test
  void ticksAreRoundAndInTheRange() {
    assertThat(new Axis(-10, 10, 0, 1, false).ticks()).containsExactly(-10.0, -5.0, 0.0, 5.0, 10.0);
    assertThat(new Axis(0.1, 0.93, 0, 1, false).ticks())
        .allSatisfy(t -> assertThat(t).isBetween(0.1, 0.93))
        .hasSizeBetween(3, 9);
    assertThat(new Axis(1e-3, 1e3, 0, 1, true).ticks().stream().map(Axis::text))
        .containsExactly("0.001", "0.1", "10", "1000");
  }

  @Test
  void aPoleDoesNotPressTheRestFlat() {
    double[] y = new double[200];
    for (int i = 0; i < y.length; i++) {
      y[i] = Math.sin(i);
    }
    y[100] = 1e9;
    assertThat(chart(false, y).yRange()[1]).isLessThan(20);
  }

  @Test
  void bothSchemesAreInThePicture() {
    assertThat(Svg.of(chart(false, 1, 2))).contains("prefers-color-scheme: dark");
  }
}
