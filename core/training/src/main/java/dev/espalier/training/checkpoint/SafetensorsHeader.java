package dev.espalier.training.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.json.JsonFault;
import dev.espalier.training.parser.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file: for each tensor its type and where its bytes are.
 *
 * @param entries by name, in the order of the header
 * @param metadata free texts
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";

  /** More axes than this no tensor has; a forged shape of millions of axes is refused early. */
  private static final int MAX_RANK = 64;

  /** A tensor's type and its bytes, counted from the end of the header. */
  record Entry(String name, TensorType type, long begin, long end) {}

  /**
   * The layout of tensors: those of wide elements first, each kind in the order given, so that
   * every tensor is aligned to its element size.
   */
  static SafetensorsHeader of(Map<String, NdArray> tensors, Map<String, String> metadata) {
    List<Map.Entry<String, NdArray>> wideFirst = new ArrayList<>(tensors.entrySet());
    wideFirst.sort(
        Comparator.comparingInt(
            (Map.Entry<String, NdArray> e) -> -e.getValue().type().dtype().bytes()));
    Map<String, Entry> placed = new LinkedHashMap<>();
    long at = 0;
    for (Map.Entry<String, NdArray> tensor : wideFirst) {
      TensorType type = tensor.getValue().type();
      placed.put(tensor.getKey(), new Entry(tensor.getKey(), type, at, at + type.bytes()));
      at += type.bytes();
    }
    Map<String, Entry> entries = new LinkedHashMap<>();
    tensors.keySet().forEach(name -> entries.put(name, required(placed, name)));
    return new SafetensorsHeader(entries, metadata);
  }

  private static Entry required(Map<String, Entry> entries, String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new AssertionError(name);
    }
    return entry;
  }

  /** The entries in the order of their bytes. */
  List<Entry> byPosition() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    return sorted;
  }

  /**
   * The header's JSON, padded by spaces so that the data after length and header starts at a
   * multiple of 8.
   */
  byte[] encode() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator to = new JsonFactory().createGenerator(bytes)) {
      to.writeStartObject();
      if (!metadata.isEmpty()) {
        to.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> text : metadata.entrySet()) {
          to.writeStringField(text.getKey(), text.getValue());
        }
        to.writeEndObject();
      }
      for (Entry entry : entries.values()) {
        to.writeObjectFieldStart(entry.name());
        to.writeStringField("dtype", entry.type().dtype().name());
        int[] extents = entry.type().shape().extents();
        to.writeFieldName("shape");
        to.writeArray(extents, 0, extents.length);
        to.writeFieldName("data_offsets");
        to.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
        to.writeEndObject();
      }
      to.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bytes.writeBytes(
        " "
            .repeat((8 - bytes.size() % 8) % 8)
            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return bytes.toByteArray();
  }

  /**
   * Reads a header and checks it against the number of bytes that follow it.
   *
   * @throws JsonFault for everything that the format does not allow
   */
  static SafetensorsHeader decode(byte[] bytes, long dataBytes) throws JsonFault {
    if (bytes.length == 0 || bytes[0] != '{') {
      throw new JsonFault("its header does not start with '{'");
    }
    int length = bytes.length;
    while (bytes[length - 1] == ' ') {
      length--;
    }
    try (JsonParser parser = StrictJson.factory(bytes.length).createParser(bytes, 0, length)) {
      parser.nextToken();
      SafetensorsHeader header = parse(parser);
      if (parser.nextToken() != null) {
        throw new JsonFault("something follows the JSON of its header");
      }
      if (bytes[length - 1] != '}') {
        throw new JsonFault("its header is padded with something else than spaces");
      }
      header.check(dataBytes);
      return header;
    } catch (JsonFault fault) {
      throw fault;
    } catch (IOException e) {
      throw JsonFault.of(e);
    }
  }

  private static SafetensorsHeader parse(JsonParser parser) throws IOException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      expect(parser.nextToken(), JsonToken.START_OBJECT, name);
      if (name.equals(METADATA)) {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          expect(parser.nextToken(), JsonToken.VALUE_STRING, name + "." + key);
          metadata.put(key, parser.getText());
        }
      } else {
        entries.put(name, entry(parser, name));
      }
    }
    return new SafetensorsHeader(
        Collections.unmodifiableMap(entries), Collections.unmodifiableMap(metadata));
  }

  private static void expect(JsonToken found, JsonToken wanted, String where) throws JsonFault {
    if (found != wanted) {
      throw new JsonFault(where + " in its header is " + found + ", not " + wanted);
    }
  }

  private static Entry entry(JsonParser parser, String name) throws IOException {
    DType[] dtype = new DType[1];
    long[][] shape = new long[1][];
    long[][] offsets = new long[1][];
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      JsonToken value = parser.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, name + ".dtype");
          dtype[0] = dtype(parser.getText(), name);
        }
        case "shape" -> shape[0] = integers(parser, name + ".shape", MAX_RANK);
        case "data_offsets" -> offsets[0] = integers(parser, name + ".data_offsets", 2);
        default -> throw new JsonFault("the key " + name + "." + key + " in its header is unknown");
      }
    }
    if (dtype[0] == null || shape[0] == null || offsets[0] == null || offsets[0].length != 2) {
      throw new JsonFault(
          name + " in its header does not have a dtype, a shape and two data_offsets");
    }
    TensorType type = new TensorType(dtype[0], shape(shape[0], name));
    long begin = offsets[0][0];
    long end = offsets[0][1];
    if (end < begin || end - begin != type.bytes()) {
      throw new JsonFault(
          name
              + " is of type "
              + type
              + ", which takes "
              + type.bytes()
              + " bytes, and its data_offsets are "
              + begin
              + " to "
              + end);
    }
    return new Entry(name, type, begin, end);
  }

  private static DType dtype(String text, String name) throws JsonFault {
    return Arrays.stream(DType.values())
        .filter(dtype -> dtype.name().equals(text))
        .findFirst()
        .orElseThrow(() ->
            new JsonFault(
                name
                    + " has the element type '"
                    + text
                    + "'; known are "
                    + Arrays.toString(DType.values())));
  }

  private static Shape shape(long[] extents, String name) throws JsonFault {
    int[] to = new int[extents.length];
    for (int axis = 0; axis < to.length; axis++) {
      to[axis] = (int) Math.min(extents[axis], Integer.MAX_VALUE);
      if (to[axis] != extents[axis]) {
        throw new JsonFault(name + " has an extent of " + extents[axis] + "; 2^31 - 9 is the most");
      }
    }
    try {
      return Shape.of(to);
    } catch (EspalierException e) {
      JsonFault fault = new JsonFault(name + " has the shape " + e.found());
      fault.initCause(e);
      throw fault;
    }
  }

  /** A list of integers of at least 0. */
  private static long[] integers(JsonParser parser, String where, int most) throws IOException {
    expect(parser.currentToken(), JsonToken.START_ARRAY, where);
    long[] values = new long[4];
    int count = 0;
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
      if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || parser.getLongValue() < 0) {
        throw new JsonFault(where + " has the number " + parser.getText());
      }
      if (count == most) {
        throw new JsonFault(where + " has more than " + most + " numbers");
      }
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = parser.getLongValue();
    }
    return Arrays.copyOf(values, count);
  }

  /** The tensors cover the data exactly: no gap, no overlap, nothing beyond, nothing left. */
  private void check(long dataBytes) throws JsonFault {
    long at = 0;
    for (Entry entry : byPosition()) {
      if (entry.begin() != at) {
        throw new JsonFault(
            entry.name()
                + " starts at byte "
                + entry.begin()
                + " of the data, and the tensor before it ends at "
                + at);
      }
      at = entry.end();
      if (at > dataBytes) {
        throw new JsonFault(
            entry.name() + " ends at byte " + at + " of the data, and there are " + dataBytes);
      }
    }
    if (at != dataBytes) {
      throw new JsonFault(
          "the tensors end at byte " + at + " of the data, and there are " + dataBytes);
    }
  }
}
