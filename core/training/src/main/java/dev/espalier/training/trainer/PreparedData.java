package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.config.RunConfig;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.data.CsvFormat;
import dev.espalier.training.data.CsvTable;
import dev.espalier.training.data.DataHash;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.data.IdxReader;
import dev.espalier.training.data.SequenceDataset;
import dev.espalier.training.data.TextCorpus;
import dev.espalier.training.data.Vocabulary;
import dev.espalier.training.file.FileFault;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The data of a run, read and cut: the last examples validate.
 *
 * @param training what is trained on
 * @param validation what is held out
 * @param outputs the extent of the predictions' last axis: classes, characters or 1
 * @param vocabulary of a text
 * @param source where it is from, for the manifest
 */
record PreparedData(
    Dataset training,
    Dataset validation,
    int outputs,
    Optional<Vocabulary> vocabulary,
    Manifest.DataSource source) {

  /**
   * Reads the data of a run.
   *
   * @param config the run
   * @param base the folder that a relative path starts from
   * @param known the source of the checkpoint that is gone on from: its characters and classes keep
   *     their numbers
   */
  static PreparedData read(RunConfig config, Path base, Optional<Manifest.DataSource> known) {
    Path path = base.resolve(path(config.data().path())).normalize();
    return switch (config.data()) {
      case RunConfig.Text text -> text(text, path, known);
      case RunConfig.Idx idx -> idx(idx, path, known);
      case RunConfig.Csv csv -> csv(csv, path, known);
    };
  }

  /**
   * A path.
   *
   * @throws EspalierException BAD_VALUE for what cannot be one
   */
  static Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE, "a path", String.valueOf(e.getMessage()), "correct the path", e);
    }
  }

  /**
   * Data of the shape that a run on text has, with its characters and nothing else: enough to
   * predict.
   *
   * @throws EspalierException BAD_VALUE where the run is not one on text
   */
  static PreparedData charactersOf(RunConfig config, Manifest.DataSource source) {
    if (!(config.data() instanceof RunConfig.Text text) || source.vocabulary().isEmpty()) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "text is drawn from a run that was trained on text",
          "a run on " + source.path(),
          "name a run with data.kind text");
    }
    Vocabulary vocabulary = Vocabulary.of(source.vocabulary().get());
    int[] tokens = new int[Math.max(text.context() + 1, config.batch())];
    return new PreparedData(
        SequenceDataset.everyWindow(tokens, text.context()),
        SequenceDataset.disjointWindows(tokens, text.context()),
        vocabulary.size(),
        Optional.of(vocabulary),
        source);
  }

  private static PreparedData text(
      RunConfig.Text config, Path path, Optional<Manifest.DataSource> known) {
    TextCorpus corpus = TextCorpus.read(path, config.suffixes());
    Vocabulary vocabulary =
        known
            .flatMap(Manifest.DataSource::vocabulary)
            .map(Vocabulary::of)
            .orElse(corpus.vocabulary());
    TextCorpus encoded =
        new TextCorpus(corpus.root(), corpus.files(), corpus.text(), corpus.sha256(), vocabulary);
    TextCorpus.Split split = encoded.split(config.validation());
    int shorter = Math.min(split.training().length, split.validation().length);
    if (shorter <= config.context()) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "both parts of a text are longer than the context of " + config.context(),
          split.training().length
              + " characters to train on and "
              + split.validation().length
              + " to validate on",
          "use a longer text, a shorter data.context, or another data.validation");
    }
    return new PreparedData(
        SequenceDataset.everyWindow(split.training(), config.context()),
        SequenceDataset.disjointWindows(split.validation(), config.context()),
        vocabulary.size(),
        Optional.of(vocabulary),
        new Manifest.DataSource(
            path.toString(), corpus.sha256(), Optional.of(vocabulary.symbols()), List.of()));
  }

  /** At most this many classes: more are a damaged file. */
  private static final int MOST_CLASSES = 1 << 20;

  private static NdArray labels(Path file) {
    NdArray labels = IdxReader.read(file);
    if (!labels.type().dtype().isInteger() || labels.type().shape().rank() != 1) {
      throw FileFault.bad(
          file, "an IDX vector of integer labels", labels.type().toString(), "name the labels");
    }
    for (int i = 0; i < labels.type().shape().size(); i++) {
      if (labels.getLong(i) < 0 || labels.getLong(i) >= MOST_CLASSES) {
        throw FileFault.bad(
            file,
            "labels from 0 to " + (MOST_CLASSES - 1),
            "label " + labels.getLong(i) + " of example " + i,
            "restore the file");
      }
    }
    return labels.convert(DType.I32);
  }

  private static PreparedData idx(
      RunConfig.Idx config, Path path, Optional<Manifest.DataSource> known) {
    Path images = path.resolve(path(config.images()));
    Path labels = path.resolve(path(config.labels()));
    NdArray pixels = IdxReader.readUnit(images);
    NdArray classes = labels(labels);
    Shape shape = pixels.type().shape();
    if (shape.rank() == 3) {
      // One channel in front, as convolutions take images.
      pixels = pixels.reshape(shape.extent(0), 1, shape.extent(1), shape.extent(2));
    }
    int count = 1;
    for (int i = 0; i < classes.type().shape().size(); i++) {
      count = Math.max(count, (int) classes.getLong(i) + 1);
    }
    int trained = known.map(source -> source.classes().size()).orElse(count);
    if (count > trained) {
      throw FileFault.bad(
          labels,
          "labels of the run's " + trained + " classes",
          "label " + (count - 1),
          "evaluate on data of the same classes");
    }
    List<String> names = IntStream.range(0, trained).mapToObj(Integer::toString).toList();
    return cut(
        new ArrayDataset(pixels, classes),
        config.validation(),
        trained,
        new Manifest.DataSource(
            path.toString(), DataHash.of(path, List.of(images, labels)), Optional.empty(), names));
  }

  private static PreparedData csv(
      RunConfig.Csv config, Path path, Optional<Manifest.DataSource> known) {
    CsvFormat format =
        config.regression()
            ? CsvFormat.regression(config.label())
            : CsvFormat.classification(config.label());
    if (known.isPresent() && !known.get().classes().isEmpty()) {
      format = format.withClasses(known.get().classes());
    }
    CsvTable table = CsvTable.read(path, format);
    NdArray targets = table.targets();
    if (config.regression()) {
      targets = targets.reshape(targets.type().shape().extent(0), 1);
    }
    return cut(
        new ArrayDataset(table.inputs(), targets),
        config.validation(),
        config.regression() ? 1 : table.classes().size(),
        new Manifest.DataSource(
            path.toString(), DataHash.of(path), Optional.empty(), table.classes()));
  }

  private static PreparedData cut(
      ArrayDataset all, double validation, int outputs, Manifest.DataSource source) {
    int last = (int) Math.round(all.size() * validation);
    int first = all.size() - last;
    if (first < 1 || last < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "some examples train and some validate",
          all.size() + " examples, of which " + last + " validate",
          "change data.validation or use more data");
    }
    return new PreparedData(
        all.slice(0, first), all.slice(first, all.size()), outputs, Optional.empty(), source);
  }

  /** The type of one input. */
  TensorType inputType() {
    TensorType batch = training.inputType(1);
    return batch.withShape(batch.shape().remove(0));
  }
}
