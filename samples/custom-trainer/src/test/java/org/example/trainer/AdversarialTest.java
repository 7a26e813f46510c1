package org.example.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.metrics.MetricsLog;
import dev.espalier.training.step.TrainingStep;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Run;
import dev.espalier.training.trainer.Session;
import dev.espalier.training.trainer.StepReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AdversarialTest {
  private static final Injector INJECTOR =
      Guice.createInjector(new EspalierModule(), new Adversarial());

  private static Run run(long steps) {
    return Adversarial.run(INJECTOR.getInstance(Extensions.class), steps);
  }

  private static List<EvaluationReport> train(Run run, Path folder) {
    List<EvaluationReport> reports = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void evaluated(EvaluationReport report) {
            reports.add(report);
          }
        };
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      INJECTOR.getInstance(Trainer.class).train(run, folder, backend, listener);
      assertThat(backend.liveBytes()).isZero();
    }
    return reports;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void theGeneratorLearnsMeanAndDeviationOfTheSamples(long seed, @TempDir Path folder) {
    EvaluationReport untrained = train(run(1).withSeed(seed), folder.resolve("one")).getLast();
    EvaluationReport trained = train(run(1500).withSeed(seed), folder.resolve("all")).getLast();

    assertThat(untrained.loss()).isGreaterThan(1);
    assertThat(trained.loss()).isLessThan(0.15);
    assertThat(trained.further().get("mean")).isCloseTo(Adversarial.MEAN, within(0.1));
    assertThat(trained.further().get("deviation")).isCloseTo(Adversarial.DEVIATION, within(0.1));
  }

  @Test
  void bothPlayersMoveInOneGraphEachWithAnOptimizerOfItsOwn() {
    TrainingStep step =
        TrainingStep.build(
            run(1).step(), TensorType.of(DType.F32, 128, 1), TensorType.of(DType.F32, 128));
    Graph graph = step.stepGraph();

    assertThat(step.parameterTypes().paths())
        .anyMatch(path -> path.startsWith("generator/"))
        .anyMatch(path -> path.startsWith("discriminator/"));
    assertThat(step.stateTypes().paths())
        .anyMatch(path -> path.startsWith("generator/"))
        .anyMatch(path -> path.startsWith("discriminator/"));
    // No parameter comes out as it went in.
    for (int i = 0; i < step.parameterTypes().size(); i++) {
      assertThat(graph.outputs().get(i)).isNotEqualTo(graph.inputs().get(i));
    }
    assertThat(step.reportNames()).containsExactly("discriminator_loss");
  }

  @Test
  void aRunThatIsGoneOnWithHasTheSameBits(@TempDir Path folder) {
    Run run = run(40).checkpointedEvery(10, 2);
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    train(run, whole);
    stopAfter(25, run, parts);
    train(run, parts);

    assertThat(MetricsLog.read(parts.resolve("metrics.jsonl")))
        .isEqualTo(MetricsLog.read(whole.resolve("metrics.jsonl")))
        .hasSize(41);
    try (Backend backend = INJECTOR.getInstance(Backend.class);
        Session one = INJECTOR.getInstance(Trainer.class).open(run, whole, backend);
        Session other = INJECTOR.getInstance(Trainer.class).open(run, parts, backend)) {
      assertThat(other.tensors()).isEqualTo(one.tensors());
    }
  }

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static void stopAfter(long step, Run run, Path folder) {
    TrainingListener stopping =
        new TrainingListener() {
          @Override
          public void stepped(StepReport report) {
            if (report.step() == step) {
              throw new Stop();
            }
          }
        };
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      INJECTOR.getInstance(Trainer.class).train(run, folder, backend, stopping);
    } catch (Stop e) {
      return;
    }
    throw new AssertionError("the run did not stop");
  }
}
