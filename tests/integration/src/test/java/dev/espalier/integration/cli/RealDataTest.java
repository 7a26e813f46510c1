package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.integration.cli.Program.Outcome;
import dev.espalier.training.json.Json;
import dev.espalier.training.json.JsonFault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples on real data; where the data is absent they are skipped, and say so. */
final class RealDataTest {
  @TempDir Path folder;

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder.getParent() != null && !Files.exists(folder.resolve("LICENSE"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  private static Path data(String name) {
    Path data =
        Stream.of(System.getProperty("espalier.data"), System.getenv("ESPALIER_DATA"))
            .filter(given -> given != null && !given.isEmpty())
            .map(Path::of)
            .findFirst()
            .orElse(root().resolve("../shared/data").normalize())
            .resolve(name);
    assumeTrue(Files.exists(data), () -> "no real data at " + data + "; set ESPALIER_DATA");
    return data;
  }

  /** The last event of a run that ends well. */
  private Map<?, ?> train(String sample, Path data, String... settings) throws JsonFault {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("train", root().resolve("samples").resolve(sample).toString()));
    arguments.addAll(List.of("--data", data.toString(), "--out", "run", "--json"));
    for (String setting : settings) {
      arguments.addAll(List.of("--set", setting));
    }
    Outcome outcome = new Program(folder).run(arguments.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    String last = outcome.out().lines().toList().getLast();
    return (Map<?, ?>) Json.parse(last.getBytes(StandardCharsets.UTF_8));
  }

  private static double number(Map<?, ?> event, String key) {
    assertThat(event.get(key)).as(key).isInstanceOf(Number.class);
    return event.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  @Test
  void thePerceptronReads96PercentOfTheHeldOutDigits() throws JsonFault {
    Map<?, ?> end = train("digits/run.yaml", data("mnist-10k"));

    assertThat(number(end, "accuracy")).isGreaterThanOrEqualTo(0.96);
  }

  @Test
  void theConvolutionalNetworkReads98PercentOfTheHeldOutDigits() throws JsonFault {
    Map<?, ?> end = train("digits/cnn.yaml", data("mnist-10k"));

    assertThat(number(end, "accuracy")).isGreaterThanOrEqualTo(0.98);
  }

  @Test
  void aPerceptronThatSpendsAnEpsilonOfTwoReads85PercentOfTheHeldOutDigits() throws JsonFault {
    Map<?, ?> end =
        train(
            "private-digits/run.yaml",
            data("mnist-10k"),
            "estimator.noise=2.6",
            "estimator.noise_source=seeded");

    assertThat(number(end, "accuracy")).isGreaterThanOrEqualTo(0.85);
  }

  @Test
  void theSmallGptLearnsRealText() throws JsonFault {
    // The entropy of single characters of this text is 3.3 nats; 100 steps of the sample go well
    // below.
    Map<?, ?> end = train("char-gpt/run.yaml", data("text/tinyshakespeare.txt"), "steps=100");

    assertThat(number(end, "loss")).isLessThan(2.7);
  }
}
