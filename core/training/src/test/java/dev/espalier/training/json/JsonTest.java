package dev.espalier.training.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static Object parse(String text) throws JsonFault {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsWrittenIsReadBack() throws JsonFault {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("z", List.of(1L, Long.MIN_VALUE, -0.0, Double.MIN_VALUE, true, "é\n\"😀\u0001"));
    tree.put("a", Map.of());
    tree.put("", List.of(List.of(), 1e300));
    assertThat(parse(Json.line(tree))).isEqualTo(tree);
    assertThat(parse(Json.text(tree))).isEqualTo(tree);
    assertThat(Json.line(tree)).doesNotContain("\n").startsWith("{\"z\":[1,");
    assertThat(Json.text(Map.of("a", List.of(1L)))).isEqualTo("{\n  \"a\": [\n    1\n  ]\n}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1",
        "[1,]",
        "{\"a\":1,\"a\":2}",
        "1 2",
        "null",
        "[null]",
        "NaN",
        "1e999",
        "9223372036854775808",
        "'a'",
        "{a:1}",
        "[1]//",
        "\"a",
        "01",
        "\"\t\""
      })
  void whatIsNotStrictJsonIsRefused(String text) {
    assertThatThrownBy(() -> parse(text)).isInstanceOf(JsonFault.class);
  }

  @Test
  void deepNestingIsRefusedWithoutOverflow() {
    assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(JsonFault.class);
  }

  @Test
  void accessNamesThePathAndBothKinds() throws JsonFault {
    JsonObject object = JsonObject.of("", parse("{\"a\":{\"b\":\"x\"},\"c\":[1]}"));
    assertThatThrownBy(() -> object.object("a").integer("b"))
        .hasMessage("a.b is a string, not an integer");
    assertThatThrownBy(() -> object.object("a").text("d")).hasMessage("the key a.d is missing");
    assertThatThrownBy(() -> object.texts("c")).hasMessage("c[0] is an integer, not a string");
    object.end();
    assertThatThrownBy(() -> JsonObject.of("", parse("{\"q\":1}")).end())
        .hasMessage("the key q is unknown");
  }
}
