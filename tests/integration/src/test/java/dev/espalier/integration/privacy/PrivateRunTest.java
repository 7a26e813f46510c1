package dev.espalier.integration.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.host.EspalierModule;
import dev.espalier.integration.cli.Program;
import dev.espalier.integration.cli.Program.Outcome;
import dev.espalier.integration.cli.TinyRun;
import dev.espalier.training.checkpoint.Checkpoint;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.StepReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Private runs from run files, and of the whole program where it is killed. */
final class PrivateRunTest {
  private static final Pattern EPSILON = Pattern.compile("\"epsilon\":([0-9.eE+-]+)");

  private static final Injector INJECTOR =
      Guice.createInjector(
          new EspalierModule(),
          binder ->
              OptionalBinder.newOptionalBinder(binder, BackendSettings.class)
                  .setBinding()
                  .toInstance(new BackendSettings(Optional.of("cpu"), Map.of("threads", "1"))));

  @TempDir private Path folder;

  private Program program = new Program(Path.of(""));

  @BeforeEach
  void writeTheRun() {
    program = new Program(folder);
    TinyRun.writeTo(program);
  }

  private Outcome train(String estimator, String run, String... more) {
    return trained(request(estimator, more).into(folder.resolve(run)));
  }

  private Outcome resume(String estimator, String run, String... more) {
    return trained(request(estimator, more).resuming(folder.resolve(run)));
  }

  private RunRequest request(String estimator, String... more) {
    RunRequest request =
        RunRequest.of(folder.resolve("run.yaml"))
            .with("estimator", estimator)
            .with("sampling", "poisson");
    for (String set : more) {
      request =
          request.with(set.substring(0, set.indexOf('=')), set.substring(set.indexOf('=') + 1));
    }
    return request;
  }

  /** Trains in this process, and tells what the program would. */
  private static Outcome trained(RunRequest request) {
    StringBuilder out = new StringBuilder();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void note(String message) {
            out.append(message).append('\n');
          }

          @Override
          public void stepped(StepReport report) {
            out.append("\"event\":\"step\"");
            report.guarded().forEach((name, value) -> out.append(",\"" + name + "\":" + value));
            out.append(Double.isNaN(report.loss()) ? "\n" : ",\"loss\"\n");
          }
        };
    try (Backend backend = INJECTOR.getInstance(Backend.class)) {
      INJECTOR.getInstance(Trainer.class).train(request, backend, listener);
      return new Outcome(0, out.toString(), "");
    } catch (EspalierException e) {
      return new Outcome(1, out.toString(), "error[" + e.code().text() + "]: " + e.getMessage());
    }
  }

  private static String[] arguments(String estimator, String how, String run, String... more) {
    List<String> all =
        new ArrayList<>(
            List.of("train", "run.yaml", "--json", how, run, "--set", "estimator=" + estimator));
    all.addAll(List.of("--set", "sampling=poisson"));
    for (String set : more) {
      all.addAll(List.of("--set", set));
    }
    return all.toArray(String[]::new);
  }

  private static void succeeded(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.err() + outcome.out()).isZero();
  }

  private static List<String> steps(Outcome outcome) {
    return outcome.out().lines().filter(line -> line.contains("\"event\":\"step\"")).toList();
  }

  private static double epsilon(String line) {
    Matcher found = EPSILON.matcher(line);
    assertThat(found.find()).as(line).isTrue();
    return Double.parseDouble(found.group(1));
  }

  private Checkpoint last(String run) {
    return CheckpointStore.latest(folder.resolve(run)).required(folder.resolve(run));
  }

  private int spent(String run) throws IOException {
    return Files.readAllLines(folder.resolve(run).resolve("privacy.journal")).size();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{kind: dp-sgd, noise: 2, epsilon: 1.5}",
        "{kind: dp-sgd, noise: 2, epsilon: 1.5, noise_source: discrete, parts: 3}",
        "{kind: dp-spider, noise: 2, difference_noise: 2, epsilon: 1.5}",
        "{kind: dice-sgd, noise: 11, epsilon: 1.5}"
      })
  void aRunStopsBeforeTheStepThatWouldExceedItsTarget(String estimator) throws IOException {
    Outcome outcome = train(estimator, "run");
    succeeded(outcome);
    List<String> steps = steps(outcome);
    assertThat(steps.size()).isBetween(1, 59);
    double before = 0;
    for (String line : steps) {
      assertThat(epsilon(line)).isGreaterThan(before).isLessThanOrEqualTo(1.5);
      assertThat(line).contains("\"delta\":").doesNotContain("\"loss\"");
      before = epsilon(line);
    }
    assertThat(outcome.out()).contains("another step would spend epsilon");
    assertThat(last("run").manifest().step()).isEqualTo(steps.size());
    assertThat(last("run").manifest().metrics()).containsEntry("epsilon", before);
    assertThat(spent("run")).isEqualTo(steps.size());
    for (String line : Files.readAllLines(folder.resolve("run").resolve("metrics.jsonl"))) {
      assertThat(line.contains("gradient_norm") && line.contains("\"loss\"")).isFalse();
    }
    // It goes on with nothing, and a higher target lets it go on.
    Outcome again = resume(estimator, "run");
    succeeded(again);
    assertThat(steps(again)).isEmpty();
  }

  @Test
  void otherSettingsGoOnAndComposeWithTheFirstOnes() throws IOException {
    String first = "{kind: dp-sgd, noise: 2, epsilon: 1.5}";
    String second = "{kind: dp-sgd, noise: 3, epsilon: 1.6}";
    succeeded(train(first, "run", "checkpoint.every=5"));
    int done = spent("run");
    double before = last("run").manifest().metrics().getOrDefault("epsilon", Double.NaN);
    Outcome on = resume(second, "run", "checkpoint.every=5");
    succeeded(on);
    assertThat(steps(on)).isNotEmpty();
    assertThat(epsilon(steps(on).getFirst())).isGreaterThan(before);
    assertThat(epsilon(steps(on).getLast())).isLessThanOrEqualTo(1.6);
    List<String> journal = Files.readAllLines(folder.resolve("run").resolve("privacy.journal"));
    assertThat(journal.subList(0, done)).allMatch(line -> line.endsWith("noise 2.0"));
    assertThat(journal.subList(done, journal.size())).allMatch(line -> line.endsWith("noise 3.0"));

    // What is not the ledger's to add up is still refused.
    Outcome other = resume("{kind: dp-sgd, noise: 3, epsilon: 1.6, noise_source: seeded}", "run");
    assertThat(other.code()).isNotZero();
    assertThat(other.err()).contains("noise_source");
  }

  /**
   * Twice from one checkpoint. Every example is in every batch, so what differs is the noise: what
   * follows from the seed is the same again.
   */
  @ParameterizedTest
  @ValueSource(strings = {"secure", "discrete", "seeded"})
  void aRunThatGoesOnDrawsAnew(String source) throws IOException {
    String estimator = "{kind: dp-sgd, noise: 20, epsilon: %s, noise_source: " + source + "}";
    succeeded(train(estimator.formatted("1.2"), "run", "batch=150"));
    copy("run", "again");
    Outcome one = resume(estimator.formatted("1.5"), "run", "batch=150");
    Outcome other = resume(estimator.formatted("1.5"), "again", "batch=150");
    succeeded(one);
    succeeded(other);
    assertThat(steps(one)).isNotEmpty().hasSameSizeAs(steps(other));
    assertThat(spent("run")).isEqualTo(spent("again"));
    assertThat(last("run").tensors().equals(last("again").tensors()))
        .isEqualTo(source.equals("seeded"));
  }

  private void copy(String from, String to) throws IOException {
    Path source = folder.resolve(from);
    try (Stream<Path> all = Files.walk(source)) {
      for (Path path : all.toList()) {
        Files.copy(path, folder.resolve(to).resolve(source.relativize(path)));
      }
    }
  }

  @Test
  void aKilledRunForgetsNoStepThatItTold() throws IOException, InterruptedException {
    String estimator = "{kind: dp-sgd, noise: 2, epsilon: 50}";
    String[] long_ = {"steps=5000", "checkpoint.every=40"};
    int known = 0;
    for (long goal : new long[] {3, 60, 100}) {
      String[] arguments = arguments(estimator, known == 0 ? "--out" : "--resume", "run", long_);
      Process process = program.start(arguments);
      String lastTold = "";
      int told = 0;
      try (BufferedReader events = process.inputReader(StandardCharsets.UTF_8)) {
        String line = events.readLine();
        while (line != null) {
          if (line.contains("\"event\":\"step\"")) {
            told++;
            lastTold = line;
            if (line.contains("\"step\":" + goal + ",")) {
              process.toHandle().destroyForcibly();
            }
          }
          line = events.readLine();
        }
      }
      process.waitFor();
      assertThat(process.exitValue()).isEqualTo(128 + 9);
      assertThat(spent("run")).isBetween(known + told, known + told + 1);
      assertThat(lastTold).isNotEmpty();
      known = spent("run");
    }
    // Steps were done again after each kill, and every time was spent.
    assertThat(known).isGreaterThan(103);
  }

  @Test
  void aJournalThatIsGoneIsMissed() throws IOException {
    String estimator = "{kind: dp-sgd, noise: 2, epsilon: 1.5}";
    succeeded(train(estimator, "run"));
    Files.delete(folder.resolve("run").resolve("privacy.journal"));
    Outcome on = resume(estimator, "run");
    assertThat(on.code()).isNotZero();
    assertThat(on.err()).contains("privacy.journal");
  }

  @Test
  void shufflingIsRefusedUnlessItIsAskedForAndThenLabelled() {
    String estimator = "{kind: dp-sgd, noise: 2, epsilon: 1.5}";
    Outcome refused = train(estimator, "run", "sampling=shuffled");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err())
        .startsWith("error[missing-need]")
        .contains("sampling: poisson")
        .contains("shuffled-not-what-the-accountant-assumes");
    assertThat(folder.resolve("run")).doesNotExist();

    Outcome labelled = train(estimator, "run", "sampling=shuffled-not-what-the-accountant-assumes");
    succeeded(labelled);
    assertThat(labelled.out()).contains("not drawn as its accountant assumes");
    assertThat(steps(labelled)).allMatch(line -> line.contains("\"epsilon_if_it_were_poisson\":"));
  }

  @Test
  void aSeededRunSaysSoAndIsTheSameTwice() throws IOException {
    String estimator = "{kind: dp-sgd, noise: 2, epsilon: 1.5, noise_source: seeded}";
    Outcome one = train(estimator, "one");
    succeeded(one);
    succeeded(train(estimator, "two"));
    assertThat(one.out()).contains("not private against an observer of the seed");
    assertThat(steps(one)).allMatch(line -> line.contains("\"epsilon_unless_seed_known\":"));
    assertThat(last("one").tensors()).isEqualTo(last("two").tensors());

    String secure = "{kind: dp-sgd, noise: 2, epsilon: 1.5}";
    succeeded(train(secure, "three"));
    succeeded(train(secure, "four"));
    assertThat(last("three").tensors()).isNotEqualTo(last("four").tensors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sgd", "lion", "rmsprop"})
  void everyOptimizerOfGradientsWorksWithIt(String optimizer) {
    Outcome outcome =
        train("{kind: dp-sgd, noise: 4, epsilon: 1}", "run", "optimizer={kind: " + optimizer + "}");
    succeeded(outcome);
    assertThat(steps(outcome)).isNotEmpty();
  }
}
