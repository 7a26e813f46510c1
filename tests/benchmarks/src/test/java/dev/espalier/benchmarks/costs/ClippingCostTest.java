package dev.espalier.benchmarks.costs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.tensor.Shape;
import dev.espalier.benchmarks.Installation;
import dev.espalier.benchmarks.TrainingSteps;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.TrainingStep;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What steps of clipped single gradients need beside plain steps, as far as it is planned. */
final class ClippingCostTest {
  private final Installation installation = Installation.discover();
  private final TrainingSteps steps = new TrainingSteps(installation.extensions());

  private TrainingStep plain(String name) {
    return TrainingStep.build(steps.settings(name));
  }

  private TrainingStep clipped(String name) {
    return TrainingStep.build(
        steps.settings(name).with(Gradients.exact().by(new ClippedGradient())));
  }

  private static double memory(TrainingStep step, Backend backend) {
    int held = step.parameterTypes().size() + step.stateTypes().size();
    try (Executable executable =
        backend.compile(
            step.stepGraph(),
            IntStream.range(0, held).mapToObj(i -> new Donation(i, i)).toList())) {
      return executable.memory().total();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "gpt"})
  void aClippedStepPlansAtMostATenthMoreMemory(String name) {
    try (Backend backend = installation.openCpu(1)) {
      double ratio = memory(clipped(name), backend) / memory(plain(name), backend);
      assertThat(ratio).isBetween(0.1, 1.1);
    }
  }

  /** Multiplications of products and convolutions, in loops as often as they run. */
  private static long multiplications(Graph graph) {
    return graph.nodes().stream().mapToLong(ClippingCostTest::multiplications).sum();
  }

  private static long multiplications(Node node) {
    return switch (node.op()) {
      case Dot dot -> {
        Shape left = node.operands().getFirst().type().shape();
        long depth = dot.leftContract().stream().mapToLong(left::extent).reduce(1, (a, b) -> a * b);
        yield depth * node.result().type().shape().size();
      }
      case Convolution _ -> {
        Shape kernel = node.operands().get(1).type().shape();
        yield (long) kernel.slice(1, kernel.rank()).size() * node.result().type().shape().size();
      }
      case Composite composite -> multiplications(composite.body());
      case Scan scan -> scan.length() * multiplications(scan.body());
      default -> 0;
    };
  }

  /** No product of the backward pass is made a second time where gradients are held. */
  @ParameterizedTest
  @ValueSource(strings = {"cnn", "gpt"})
  void aClippedStepMultipliesNoMoreThanAPlainOne(String name) {
    double ratio =
        (double) multiplications(clipped(name).stepGraph())
            / multiplications(plain(name).stepGraph());
    assertThat(ratio).isBetween(0.95, 1.05);
  }
}
