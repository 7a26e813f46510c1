package dev.espalier.benchmarks.convergence;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.benchmarks.Checkout;
import dev.espalier.training.trainer.RunRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What is trained: a sample's run file, made small, on data that is no part of the project.
 *
 * @param name its name
 * @param runFile the sample's run file, below the samples
 * @param data where its data lies, below the folder of the data
 * @param settings what is other than in the run file
 * @param stepsAnEpoch how many steps its run file has an epoch of, where it counts epochs
 * @param losses held-out losses that steps are counted to, from the first reached on
 */
record Task(
    String name,
    String runFile,
    String data,
    Map<String, String> settings,
    OptionalDouble stepsAnEpoch,
    List<Double> losses) {
  private static final int EVALUATIONS = 40;

  /** All of them. */
  static List<Task> all() {
    return List.of(
        new Task(
            "digits",
            "digits/run.yaml",
            "mnist-10k",
            Map.of(),
            OptionalDouble.of(8000 / 64.0),
            List.of(0.5, 0.3, 0.2)),
        new Task(
            "tinyshakespeare",
            "char-gpt/run.yaml",
            "text/tinyshakespeare.txt",
            Map.of(
                "data.context", "64",
                "data.validation", "0.02",
                "model.layers", "2",
                "model.width", "64"),
            OptionalDouble.empty(),
            List.of(2.5, 2.3, 2.1)));
  }

  static List<String> names() {
    return all().stream().map(Task::name).toList();
  }

  static Task of(String name) {
    return all().stream().filter(task -> task.name().equals(name)).findFirst().orElseThrow();
  }

  /**
   * Where its data is: below the folder that the environment variable {@code ESPALIER_DATA} names,
   * else below {@code shared/data} beside the checkout.
   *
   * @throws EspalierException FILE_NOT_FOUND where it is not there
   */
  Path data(Checkout checkout) {
    Path folder =
        Optional.ofNullable(System.getenv("ESPALIER_DATA"))
            .filter(given -> !given.isEmpty())
            .map(Path::of)
            .orElse(checkout.root().resolve("../shared/data").normalize());
    Path found = folder.resolve(data);
    if (!Files.exists(found)) {
      throw new EspalierException(
          ErrorCode.FILE_NOT_FOUND,
          "the data of " + name + ", which is no part of the project",
          "nothing at " + found,
          "set ESPALIER_DATA to a folder that has " + data + ", or leave it out with --data");
    }
    return found;
  }

  /**
   * A run of it.
   *
   * @param optimizer the optimizer's name, with its defaults
   * @param rate the learning rate at the end of the warm-up
   * @param steps how many steps, of which a tenth warm up
   */
  RunRequest request(Checkout checkout, String optimizer, double rate, int steps) {
    RunRequest request =
        RunRequest.of(checkout.root().resolve("samples").resolve(runFile))
            .withData(data(checkout))
            .with("optimizer", "{kind: '" + optimizer + "'}")
            .with("learning_rate", Double.toString(rate))
            .with("schedule.warmup", Integer.toString(Math.max(1, steps / 10)))
            .with("evaluate.every", Integer.toString(Math.max(1, steps / EVALUATIONS)))
            .with("checkpoint.every", "0");
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      request = request.with(setting.getKey(), setting.getValue());
    }
    return stepsAnEpoch.isPresent()
        ? request.with("epochs", Double.toString(steps / stepsAnEpoch.getAsDouble()))
        : request.with("steps", Integer.toString(steps));
  }
}
