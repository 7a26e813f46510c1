package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes every case as a line of JSON, for {@code golden/exact.py}, which computes the exact
 * results. Attributes of operations are the components of their records.
 */
public final class WriteCases {
  private WriteCases() {}

  /** Takes the file to write. */
  public static void main(String[] args) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(Path.of(args[0])))) {
      for (OpCase of : OpCases.all()) {
        out.println(
            "{\"name\":%s,\"digest\":%s,\"graph\":%s,\"inputs\":%s}"
                .formatted(
                    text(of.name()),
                    text(ExactValues.digest(of)),
                    json(of.graph()),
                    json(of.inputs())));
      }
    }
  }

  private static String json(Object value) {
    return switch (value) {
      case Boolean flag -> flag.toString();
      case Integer number -> number.toString();
      case Enum<?> constant -> text(constant.name());
      case Shape shape -> json(IntStream.of(shape.extents()).boxed().toList());
      case TensorType type ->
          "{\"dtype\":%s,\"shape\":%s}".formatted(json(type.dtype()), json(type.shape()));
      case NdArray array -> json(array);
      case Graph graph -> json(graph);
      case Value of -> "{\"id\":%d,\"type\":%s}".formatted(of.id(), json(of.type()));
      case Node node ->
          "{\"op\":%s,\"attributes\":%s,\"operands\":%s,\"results\":%s}"
              .formatted(
                  text(node.op().getClass().getSimpleName()),
                  record((Record) node.op()),
                  json(node.operands()),
                  json(node.results()));
      case List<?> list ->
          list.stream().map(WriteCases::json).collect(Collectors.joining(",", "[", "]"));
      case Record record -> record(record);
      default -> text(value.toString());
    };
  }

  private static String json(Graph graph) {
    return "{\"inputs\":%s,\"nodes\":%s,\"outputs\":%s}"
        .formatted(json(graph.inputs()), json(graph.nodes()), json(graph.outputs()));
  }

  private static String json(NdArray array) {
    DType dtype = array.type().dtype();
    return IntStream.range(0, array.type().shape().size())
        .mapToObj(i ->
            dtype.isFloat()
                ? text(Double.toHexString(array.getDouble(i)))
                : text(Long.toString(array.getLong(i))))
        .collect(
            Collectors.joining(
                ",", "{\"type\":%s,\"values\":[".formatted(json(array.type())), "]}"));
  }

  private static String record(Record record) {
    StringBuilder text = new StringBuilder("{");
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        text.append(text.length() == 1 ? "" : ",")
            .append(text(component.getName()))
            .append(':')
            .append(json(component.getAccessor().invoke(record)));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(record.toString(), e);
      }
    }
    return text.append('}').toString();
  }

  private static String text(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
