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
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
    Path path = base.resolve(config.data().path()).normalize();
    return switch (config.data()) {
      case RunConfig.Text text -> text(text, path, known);
      case RunConfig.Idx idx -> idx(idx, path);
      case RunConfig.Csv csv -> csv(csv, path, known);
    };
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
    return new PreparedData(
        SequenceDataset.everyWindow(split.training(), config.context()),
        SequenceDataset.disjointWindows(split.validation(), config.context()),
        vocabulary.size(),
        Optional.of(vocabulary),
        new Manifest.DataSource(
            path.toString(), corpus.sha256(), Optional.of(vocabulary.symbols()), List.of()));
  }

  private static PreparedData idx(RunConfig.Idx config, Path path) {
    Path images = path.resolve(config.images());
    Path labels = path.resolve(config.labels());
    NdArray pixels = IdxReader.readUnit(images);
    NdArray classes = IdxReader.read(labels).convert(DType.I32);
    Shape shape = pixels.type().shape();
    if (shape.rank() == 3) {
      // One channel in front, as convolutions take images.
      pixels = pixels.reshape(shape.extent(0), 1, shape.extent(1), shape.extent(2));
    }
    int count = 1;
    for (int i = 0; i < classes.type().shape().size(); i++) {
      count = Math.max(count, (int) classes.getLong(i) + 1);
    }
    return cut(
        new ArrayDataset(pixels, classes),
        config.validation(),
        count,
        new Manifest.DataSource(
            path.toString(),
            DataHash.of(path, List.of(images, labels)),
            Optional.empty(),
            List.of()));
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
    if (first < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "some examples are left to train on",
          all.size() + " examples, of which " + last + " validate",
          "lower data.validation or use more data");
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
