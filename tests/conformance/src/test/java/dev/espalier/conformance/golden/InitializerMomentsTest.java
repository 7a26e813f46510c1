package dev.espalier.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Initializer;
import dev.espalier.engine.reference.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mean, variance and range of every initializer against its formula, for fan in 64 and fan out 96.
 */
final class InitializerMomentsTest {
  private static final int FAN_IN = 64;
  private static final int FAN_OUT = 96;

  /** The bound is infinite for a normal distribution. */
  @ParameterizedTest
  @CsvSource({
    "zeros, '', 0, 0, 0",
    "ones, '', 1, 0, 1",
    "constant, value=0.25, 0.25, 0, 0.25",
    "normal, '', 0, 0.0004, Infinity",
    "normal, std=0.5, 0, 0.25, Infinity",
    "uniform, low=-1;high=3, 1, 1.3333333333333333, 3",
    "xavier-uniform, '', 0, 0.0125, 0.19364916731037085",
    "xavier-normal, gain=2, 0, 0.05, Infinity",
    "kaiming-uniform, '', 0, 0.03125, 0.30618621784789724",
    "kaiming-uniform, nonlinearity=linear, 0, 0.015625, 0.21650635094610965",
    "kaiming-normal, fan=out, 0, 0.020833333333333332, Infinity",
    "kaiming-normal, nonlinearity=leaky-relu;slope=0.5, 0, 0.025, Infinity"
  })
  void meanVarianceAndRangeAreThoseOfTheFormula(
      String name, String settings, double mean, double variance, double bound) {
    for (DType dtype : List.of(DType.F32, DType.F64)) {
      double[] values = draw(name, settings, dtype);
      int n = values.length;
      double found = Arrays.stream(values).average().orElseThrow();
      double spread =
          Arrays.stream(values).map(v -> (v - found) * (v - found)).average().orElseThrow();

      // Five standard errors; the key is fixed, so the test is the same every time.
      assertThat(found).isCloseTo(mean, within(5 * Math.sqrt(variance / n)));
      assertThat(spread).isCloseTo(variance, within(5 * variance * Math.sqrt(2.0 / n)));
      double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
      assertThat(largest).isLessThanOrEqualTo(bound * (1 + 0x1p-22));
    }
  }

  private static double[] draw(String name, String settings, DType dtype) {
    String header = "# origin: test\n# set: " + settings.replace(';', ',') + "\nx\n0\n";
    Map<String, Object> hyperparameters =
        GoldenFile.parse(header).sections().getFirst().hyperparameters();
    Initializer initializer =
        (Initializer) Plugins.named(ExtensionPoint.INITIALIZER, name).create(hyperparameters);
    TensorType type = new TensorType(dtype, Shape.of(FAN_IN, FAN_OUT));
    Graph graph =
        Graph.trace(
            "draw",
            List.of(new TensorType(DType.I64, Shape.SCALAR)),
            in -> List.of(initializer.initialize(new Key(in.getFirst()), type, FAN_IN, FAN_OUT)));
    NdArray drawn = Reference.run(graph, List.of(NdArray.scalar(42))).getFirst();
    assertThat(drawn.type()).isEqualTo(type);
    return drawn.toDoubles();
  }
}
