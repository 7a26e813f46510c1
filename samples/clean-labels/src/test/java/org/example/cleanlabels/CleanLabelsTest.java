package org.example.cleanlabels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CleanLabelsTest {
  private static EvaluationReport train(
      Labelled data, String hypergradient, boolean learned, long steps, Path folder) {
    Injector injector = Guice.createInjector(new EspalierModule(), new CleanLabels(data));
    try (Backend backend = injector.getInstance(Backend.class)) {
      EvaluationReport last =
          injector
              .getInstance(Trainer.class)
              .train(
                  CleanLabels.run(
                      injector.getInstance(Extensions.class), data, hypergradient, learned, steps),
                  folder,
                  backend,
                  TrainingListener.silent())
              .last();
      assertThat(backend.liveBytes()).isZero();
      return last;
    }
  }

  /** Three clouds of points in ten dimensions. */
  private static Labelled clouds() {
    Random random = new Random(3);
    int count = 600;
    float[] inputs = new float[count * 10];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = random.nextInt(3);
      for (int j = 0; j < 10; j++) {
        inputs[i * 10 + j] = (float) (random.nextGaussian() + (j % 3 == labels[i] ? 1 : 0));
      }
    }
    return Labelled.of(NdArray.of(inputs, count, 10), labels, 3, 200, 100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"implicit", "unrolled", "f2sa"})
  void weightsTellWrongLabelsFromRightOnes(String hypergradient, @TempDir Path folder) {
    EvaluationReport equal = train(clouds(), hypergradient, false, 60, folder.resolve("equal"));
    EvaluationReport learned = train(clouds(), hypergradient, true, 60, folder.resolve("learned"));

    assertThat(equal.further()).containsEntry("auc", 0.5);
    assertThat(learned.further().get("auc")).isGreaterThan(0.8);
    assertThat(learned.loss()).isLessThan(equal.loss());
  }

  @Test
  void ofDigitsWithHalfOfTheLabelsWrongTheWrongOnesAreFound(@TempDir Path folder) {
    Path repository = Path.of("").toAbsolutePath();
    while (repository.getParent() != null && !Files.exists(repository.resolve("LICENSE"))) {
      repository = repository.getParent();
    }
    Path found =
        Stream.of(System.getProperty("espalier.data"), System.getenv("ESPALIER_DATA"))
            .filter(Objects::nonNull)
            .map(Path::of)
            .findFirst()
            .orElse(repository.resolveSibling("shared").resolve("data"))
            .resolve("mnist-10k");
    assumeTrue(Files.exists(found), () -> "no real data at " + found + "; set ESPALIER_DATA");
    Labelled digits = CleanLabels.digits(found, 1600);
    EvaluationReport equal = train(digits, "implicit", false, 30, folder.resolve("equal"));
    EvaluationReport learned = train(digits, "implicit", true, 30, folder.resolve("learned"));

    assertThat(learned.further().get("auc")).isGreaterThan(0.75);
    assertThat(learned.accuracy().orElseThrow()).isGreaterThan(equal.accuracy().orElseThrow());
  }

  @Test
  void halfOfTheLabelsAreWrongAndNoOther() {
    Labelled data = clouds();
    int wrong = 0;
    for (boolean one : data.wrong()) {
      wrong += one ? 1 : 0;
    }
    assertThat(wrong).isEqualTo(100);
  }

  @Test
  void theAreaCountsPairsInTheRightOrderAndTiesForAHalf() {
    boolean[] wrong = {false, true, false, true};
    assertThat(Separation.auc(new double[] {3, 1, 4, 2}, wrong)).isEqualTo(1);
    assertThat(Separation.auc(new double[] {1, 3, 2, 4}, wrong)).isZero();
    assertThat(Separation.auc(new double[] {1, 1, 1, 1}, wrong)).isEqualTo(0.5);
    assertThat(Separation.auc(new double[] {2, 1, 3, 3}, wrong)).isCloseTo(0.625, within(1e-15));
  }
}
