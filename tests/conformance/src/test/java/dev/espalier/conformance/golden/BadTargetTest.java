package dev.espalier.conformance.golden;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.training.Loss;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A label that is no class is seen, and not counted as a loss of 0. */
final class BadTargetTest {
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.125})
  void aTargetThatIsNoClassGivesNanForItsExampleOnly(double smoothing) {
    Loss loss =
        (Loss)
            Plugins.named(ExtensionPoint.LOSS, "softmax-cross-entropy")
                .create(Map.of("label_smoothing", smoothing));
    NdArray predictions = NdArray.of(new double[] {1, 2, 3, 1, 2, 3, 1, 2, 3}, 3, 3);
    NdArray targets = NdArray.of(new long[] {2, 3, -1}, 3);
    Graph graph =
        Graph.trace(
            "loss",
            List.of(predictions.type(), targets.type()),
            in -> List.of(loss.perExample(in.get(0), in.get(1))));
    double[] found = Reference.run(graph, List.of(predictions, targets)).getFirst().toDoubles();
    assertThat(found[0]).isPositive();
    assertThat(found[1]).isNaN();
    assertThat(found[2]).isNaN();
  }
}
