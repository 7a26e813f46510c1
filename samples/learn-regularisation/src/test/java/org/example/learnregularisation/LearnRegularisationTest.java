package org.example.learnregularisation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.espalier.api.backend.Backend;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LearnRegularisationTest {
  private static final Injector INJECTOR =
      Guice.createInjector(new EspalierModule(), new LearnRegularisation());

  private static EvaluationReport train(
      String hypergradient, boolean learned, int inner, long steps, Path folder) {
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      Extensions extensions = INJECTOR.getInstance(Extensions.class);
      EvaluationReport last =
          INJECTOR
              .getInstance(Trainer.class)
              .train(
                  LearnRegularisation.run(extensions, hypergradient, learned, inner, steps),
                  folder,
                  backend,
                  TrainingListener.silent())
              .last();
      assertThat(backend.liveBytes()).isZero();
      return last;
    }
  }

  /** By implicit differentiation, through the inner steps, and with gradients alone. */
  @ParameterizedTest
  @ValueSource(strings = {"implicit", "unrolled", "f2sa"})
  void featuresThatDoNotMatterGetTheGreaterRidgeAndNewExamplesASmallerLoss(
      String hypergradient, @TempDir Path folder) {
    EvaluationReport one = train(hypergradient, false, 20, 60, folder.resolve("one"));
    EvaluationReport learned = train(hypergradient, true, 20, 60, folder.resolve("learned"));

    assertThat(learned.loss()).isLessThan(0.85 * one.loss());
    assertThat(learned.further().get("irrelevant"))
        .isGreaterThan(Objects.requireNonNull(learned.further().get("relevant")) + 0.75);
  }

  /** More inner steps change nothing: the inner level has come to its minimum. */
  @Test
  void withRidgesThatDoNotMoveOnlyTheWeightsAreFitted(@TempDir Path folder) {
    EvaluationReport one = train("implicit", false, 20, 30, folder.resolve("one"));
    EvaluationReport longer = train("implicit", false, 40, 30, folder.resolve("longer"));

    assertThat(one.further()).containsEntry("relevant", -4.0).containsEntry("irrelevant", -4.0);
    assertThat(longer.loss()).isCloseTo(one.loss(), within(0.01));
  }
}
