package dev.espalier.training.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import dev.espalier.training.parser.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON (RFC 8259) as plain values: {@code Map<String, Object>} in the order of the text, {@code
 * List<Object>}, {@code String}, {@code Long}, {@code Double}, {@code Boolean}. Nothing is read by
 * reflection.
 *
 * <p>Strict: one value and nothing after it, no key twice, integers within 64 bits, no null, depth
 * at most 100. Numbers that are not finite, which JSON cannot write, are written as the strings
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}.
 */
public final class Json {
  private Json() {}

  /**
   * Parses one value.
   *
   * @throws JsonFault where the bytes are not such a text, with the place
   */
  public static Object parse(byte[] utf8) throws JsonFault {
    try (JsonParser parser = StrictJson.factory(Math.max(utf8.length, 1)).createParser(utf8)) {
      if (parser.nextToken() == null) {
        throw new JsonFault("the text is empty");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new JsonFault("something follows the JSON value at " + place(parser));
      }
      return value;
    } catch (JsonFault fault) {
      throw fault;
    } catch (IOException e) {
      throw JsonFault.of(e);
    }
  }

  private static String place(JsonParser parser) {
    var location = parser.currentTokenLocation();
    return "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> real(parser);
      default ->
          throw new JsonFault(
              "a value of kind "
                  + (parser.currentToken() == JsonToken.VALUE_NULL
                      ? "null"
                      : parser.currentToken().toString())
                  + " at "
                  + place(parser));
    };
  }

  private static Long integer(JsonParser parser) throws IOException {
    if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
      throw new JsonFault("an integer of more than 64 bits at " + place(parser));
    }
    return parser.getLongValue();
  }

  private static Double real(JsonParser parser) throws IOException {
    double value = parser.getDoubleValue();
    if (Double.isInfinite(value)) {
      throw new JsonFault("a number beyond the range of 64 bits at " + place(parser));
    }
    return value;
  }

  private static Map<String, Object> object(JsonParser parser) throws IOException {
    Map<String, Object> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      members.put(key, value(parser));
    }
    return Collections.unmodifiableMap(members);
  }

  private static List<Object> array(JsonParser parser) throws IOException {
    List<Object> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(parser));
    }
    return Collections.unmodifiableList(elements);
  }

  /** The value on one line, without a line end. */
  public static String line(Object value) {
    return write(value, false);
  }

  /** The value over several lines, indented by two spaces, ended by a line end. */
  public static String text(Object value) {
    return write(value, true) + "\n";
  }

  private static String write(Object value, boolean pretty) {
    StringWriter text = new StringWriter();
    try (JsonGenerator to = new JsonFactory().createGenerator(text)) {
      if (pretty) {
        DefaultIndenter indent = new DefaultIndenter("  ", "\n");
        to.setPrettyPrinter(
            new DefaultPrettyPrinter(
                    Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                .withObjectIndenter(indent)
                .withArrayIndenter(indent));
      }
      write(to, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator to, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        to.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          to.writeFieldName((String) entry.getKey());
          write(to, entry.getValue());
        }
        to.writeEndObject();
      }
      case List<?> list -> {
        to.writeStartArray();
        for (Object element : list) {
          write(to, element);
        }
        to.writeEndArray();
      }
      case String string -> to.writeString(string);
      case Boolean bool -> to.writeBoolean(bool);
      case Long number -> to.writeNumber(number);
      case Integer number -> to.writeNumber(number);
      case Float number -> writeReal(to, number.doubleValue());
      case Double number -> writeReal(to, number);
      default ->
          throw new IllegalArgumentException("no JSON for " + value.getClass().getSimpleName());
    }
  }

  private static void writeReal(JsonGenerator to, double value) throws IOException {
    if (Double.isFinite(value)) {
      to.writeNumber(value);
    } else {
      to.writeString(Double.toString(value));
    }
  }
}
