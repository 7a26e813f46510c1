package dev.espalier.conformance.cases;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * What each case gives exactly: computed by {@code golden/exact.py} in arithmetic of 60 digits that
 * shares no code with Espalier, and rounded once to the type of the result.
 *
 * <p>The resource {@code exact.tsv.gz} has a line a case: name, digest of graph and inputs, and for
 * each output its elements, floats in hexadecimal, separated by spaces.
 */
public final class ExactValues {
  private record Line(String digest, String[] outputs) {}

  private final Map<String, Line> lines;

  private ExactValues(Map<String, Line> lines) {
    this.lines = lines;
  }

  /** The values of this kit's cases. */
  public static ExactValues standard() {
    try (InputStream in = ExactValues.class.getResourceAsStream("exact.tsv.gz")) {
      if (in == null) {
        throw stale("the resource exact.tsv.gz", "it is absent");
      }
      return read(in);
    } catch (IOException e) {
      throw stale("the resource exact.tsv.gz", e.toString());
    }
  }

  private static ExactValues read(InputStream in) throws IOException {
    Map<String, Line> lines = new HashMap<>();
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        String[] cells = line.split("\t", -1);
        String[] outputs = new String[cells.length - 2];
        System.arraycopy(cells, 2, outputs, 0, outputs.length);
        lines.put(cells[0], new Line(cells[1], outputs));
      }
    }
    return new ExactValues(lines);
  }

  /** How many cases there are values for. */
  public int size() {
    return lines.size();
  }

  /**
   * The exact outputs of a case.
   *
   * @throws EspalierException BAD_FILE where there are none, or those of another graph or inputs
   */
  public List<NdArray> of(OpCase of) {
    Line line = lines.get(of.name());
    if (line == null) {
      throw stale(of.name(), "there is no line of this name");
    }
    if (!line.digest().equals(digest(of))) {
      throw stale(of.name(), "the line is that of another graph or of other inputs");
    }
    List<TensorType> types = of.graph().outputTypes();
    if (line.outputs().length != types.size()) {
      throw stale(of.name(), line.outputs().length + " outputs for " + types.size());
    }
    List<NdArray> outputs = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      outputs.add(array(of.name(), types.get(i), line.outputs()[i]));
    }
    return List.copyOf(outputs);
  }

  private static NdArray array(String name, TensorType type, String text) {
    String[] cells = text.isEmpty() ? new String[0] : text.split(" ", -1);
    if (cells.length != type.shape().size()) {
      throw stale(name, cells.length + " elements for " + type);
    }
    if (type.dtype().isFloat()) {
      double[] values = new double[cells.length];
      for (int i = 0; i < cells.length; i++) {
        values[i] = number(cells[i]);
      }
      return NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype());
    }
    long[] values = new long[cells.length];
    for (int i = 0; i < cells.length; i++) {
      values[i] = Long.parseLong(cells[i]);
    }
    return NdArray.wrap(type.withDType(DType.I64), values).convert(type.dtype());
  }

  private static double number(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static EspalierException stale(String what, String found) {
    return new EspalierException(
        ErrorCode.BAD_FILE,
        "exact values of " + what,
        found,
        "run tests/conformance/golden/exact.sh after a change of the cases");
  }

  /** The digest of a case's graph and inputs. */
  static String digest(OpCase of) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(of.graph().toString().getBytes(StandardCharsets.UTF_8));
      for (NdArray input : of.inputs()) {
        sha.update(input.type().toString().getBytes(StandardCharsets.UTF_8));
        boolean isFloat = input.type().dtype().isFloat();
        byte[] bytes = new byte[8];
        for (int i = 0; i < input.type().shape().size(); i++) {
          long bits = isFloat ? Double.doubleToLongBits(input.getDouble(i)) : input.getLong(i);
          for (int b = 0; b < 8; b++) {
            bytes[b] = (byte) (bits >>> (8 * b));
          }
          sha.update(bytes);
        }
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every platform has SHA-256", e);
    }
  }
}
