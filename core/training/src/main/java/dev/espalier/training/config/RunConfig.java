package dev.espalier.training.config;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.step.Precision;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A run, as its file describes it.
 *
 * @param name what the run is called
 * @param seed everything random follows from it
 * @param data what is learned
 * @param model the model and its hyperparameters
 * @param loss the loss
 * @param optimizer the optimizer
 * @param schedule the learning rate over the run
 * @param learningRate the base rate
 * @param batch examples in a step; with Poisson sampling their expected number
 * @param sampling how they are drawn
 * @param steps how many steps; empty where epochs are given
 * @param epochs how often the training data is seen; empty where steps are given
 * @param groups parameters with a rate or an optimizer of their own
 * @param frozen patterns of the parameters that stay as they began
 * @param estimator how gradients are obtained; empty for those of the mean loss
 * @param clip the norm that gradients are clipped to, where they are
 * @param precision what the products of a step take
 * @param evaluateEvery steps between evaluations; 0 for one at the end
 * @param checkpointEvery steps between checkpoints; 0 for one at the end
 * @param keep how many checkpoints are kept
 * @param backend what it runs on, and the backend's options; empty for any that can run
 * @param tree the whole as it was written, for the manifest
 */
public record RunConfig(
    String name,
    long seed,
    Data data,
    Named model,
    Named loss,
    Named optimizer,
    Named schedule,
    double learningRate,
    int batch,
    Sampling sampling,
    OptionalLong steps,
    OptionalDouble epochs,
    List<Group> groups,
    List<String> frozen,
    Optional<Named> estimator,
    OptionalDouble clip,
    Precision precision,
    long evaluateEvery,
    long checkpointEvery,
    int keep,
    Optional<Named> backend,
    Map<String, Object> tree) {

  /** Copies the lists. */
  public RunConfig {
    groups = List.copyOf(groups);
    frozen = List.copyOf(frozen);
  }

  /**
   * Parameters that are moved by themselves.
   *
   * @param match a pattern of paths, see {@link dev.espalier.api.tensor.PathPattern}
   * @param rate a factor of the learning rate
   * @param optimizer moves them; empty for the run's
   */
  public record Group(String match, double rate, Optional<Named> optimizer) {}

  /** What is learned. */
  public sealed interface Data {
    /** The file or folder, as it is written; relative to the run file. */
    String path();

    /** The last fraction of the examples validates. */
    double validation();
  }

  /**
   * A text: the model predicts each next character.
   *
   * @param suffixes which files of a folder are read
   * @param context characters that the model sees
   */
  public record Text(String path, double validation, List<String> suffixes, int context)
      implements Data {
    /** Copies the list. */
    public Text {
      suffixes = List.copyOf(suffixes);
    }
  }

  /**
   * Images and labels in the IDX format, in one folder.
   *
   * @param images the images' file name
   * @param labels the labels' file name
   */
  public record Idx(String path, double validation, String images, String labels) implements Data {}

  /**
   * A table.
   *
   * @param label the column that is predicted
   * @param regression whether the label is a number and not a class
   */
  public record Csv(String path, double validation, String label, boolean regression)
      implements Data {}

  /**
   * Reads a run from the tree of its file.
   *
   * @throws EspalierException UNKNOWN_KEY, MISSING_KEY or BAD_VALUE, naming the key
   */
  public static RunConfig of(Map<String, Object> tree) {
    Section root = new Section("", tree);
    if (root.has("steps") == root.has("epochs")) {
      throw new EspalierException(
          ErrorCode.MISSING_KEY,
          "a run file has either steps or epochs",
          root.has("steps") ? "both" : "neither",
          "give one of them");
    }
    if (!root.has("data")) {
      throw root.missing("data", "what is learned");
    }
    if (!root.has("model")) {
      throw root.missing("model", "what is trained");
    }
    Section evaluate = root.section("evaluate");
    Section checkpoint = root.section("checkpoint");
    RunConfig config =
        new RunConfig(
            root.fileName("name", "run"),
            root.integer("seed", 1, 0, Long.MAX_VALUE),
            data(root.section("data")),
            root.named("model", "mlp"),
            root.named("loss", "softmax-cross-entropy"),
            root.named("optimizer", "adamw"),
            root.named("schedule", "constant"),
            root.real("learning_rate", 1e-3, 0, Double.MAX_VALUE),
            (int) root.integer("batch", 32, 1, 1 << 24),
            Sampling.of(root.choice("sampling", Sampling.SHUFFLED.text(), Sampling.texts())),
            root.has("steps")
                ? OptionalLong.of(root.integer("steps", 1, 1, Integer.MAX_VALUE))
                : OptionalLong.empty(),
            root.has("epochs")
                ? OptionalDouble.of(root.real("epochs", 1, 1e-6, 1 << 27))
                : OptionalDouble.empty(),
            root.sections("groups").stream().map(RunConfig::group).toList(),
            root.texts("frozen", List.of()),
            root.has("estimator") ? Optional.of(root.named("estimator", "")) : Optional.empty(),
            root.has("clip")
                ? OptionalDouble.of(root.real("clip", 1, Double.MIN_NORMAL, Double.MAX_VALUE))
                : OptionalDouble.empty(),
            Precision.of(root.choice("precision", Precision.F32.text(), Precision.texts())),
            evaluate.integer("every", 0, 0, 1L << 40),
            checkpoint.integer("every", 0, 0, 1L << 40),
            (int) checkpoint.integer("keep", 2, 1, 1_000_000),
            root.has("backend") ? Optional.of(root.named("backend", "")) : Optional.empty(),
            tree);
    evaluate.end();
    checkpoint.end();
    root.end();
    return config;
  }

  private static Group group(Section section) {
    if (!section.has("match")) {
      throw section.missing("match", "a pattern of paths, as in **/bias");
    }
    Group group =
        new Group(
            section.text("match", ""),
            section.real("rate", 1, 0, Double.MAX_VALUE),
            section.has("optimizer")
                ? Optional.of(section.named("optimizer", ""))
                : Optional.empty());
    section.end();
    return group;
  }

  private static Data data(Section section) {
    Optional<String> path = section.text("path");
    if (path.isEmpty()) {
      throw section.missing("path", "the file or folder of the data");
    }
    String kind = section.text("kind", "");
    double validation = section.real("validation", 0.1, 0, 0.99);
    Data data =
        switch (kind) {
          case "text" ->
              new Text(
                  path.get(),
                  validation,
                  section.texts("suffixes", List.of(".txt")),
                  (int) section.integer("context", 128, 1, 1 << 20));
          case "idx" ->
              new Idx(
                  path.get(),
                  validation,
                  section.text("images", "images-idx3-ubyte.gz"),
                  section.text("labels", "labels-idx1-ubyte.gz"));
          case "csv" ->
              new Csv(
                  path.get(),
                  validation,
                  section.text("label", "label"),
                  section.choice("target", "class", List.of("class", "number")).equals("number"));
          default ->
              throw new EspalierException(
                  ErrorCode.BAD_VALUE,
                  "data.kind is text, idx or csv",
                  kind.isEmpty() ? "no kind" : kind,
                  "say what kind of data this is");
        };
    section.end();
    return data;
  }
}
