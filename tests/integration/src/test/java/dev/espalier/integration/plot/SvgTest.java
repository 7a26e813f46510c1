package dev.espalier.integration.plot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.training.plot.Chart;
import dev.espalier.training.plot.Chart.Line;
import dev.espalier.training.plot.Chart.Mark;
import dev.espalier.training.plot.Svg;
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
  void bothSchemesAreInThePicture() {
    assertThat(Svg.of(chart(false, 1, 2))).contains("prefers-color-scheme: dark");
  }
}
