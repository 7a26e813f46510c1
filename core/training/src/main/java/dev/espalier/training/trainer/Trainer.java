package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Checkpoint;
import dev.espalier.training.checkpoint.Checkpoints;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.config.Named;
import dev.espalier.training.config.RunConfig;
import dev.espalier.training.config.RunFile;
import dev.espalier.training.curvature.ModelCurvature;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.step.TrainingStep;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Trains runs, goes on with them, evaluates them, and draws text from them. It is made of {@link
 * Parts}, of which each may be another, and holds nothing: one trainer may serve many runs, from
 * several threads where its parts allow it.
 *
 * <p>A run comes from a run file ({@link RunRequest}) or is given in Java ({@link Run}); both go
 * through the same parts and the same loop. A backend that is passed in is left open; one that the
 * trainer opens it closes.
 */
public final class Trainer {
  /** The version that manifests name. */
  public static final String VERSION = "0.1.0-SNAPSHOT";

  private final Extensions extensions;
  private final Backends backends;
  private final Parts parts;

  /**
   * A trainer.
   *
   * @param extensions makes what run files name
   * @param backends opens the backend that a run file names
   * @param parts what it is made of
   */
  public Trainer(Extensions extensions, Backends backends, Parts parts) {
    this.extensions = extensions;
    this.backends = backends;
    this.parts = parts;
  }

  /**
   * The backend that a run file asks for.
   *
   * @throws EspalierException for a bad run file
   */
  public static BackendSettings backendOf(RunRequest request) {
    Map<String, String> options = new LinkedHashMap<>();
    Optional<Named> backend = RunConfig.of(treeOf(request)).backend();
    backend.ifPresent(
        named -> named.params().forEach((key, value) -> options.put(key, String.valueOf(value))));
    return new BackendSettings(backend.map(Named::kind), options);
  }

  private static Map<String, Object> treeOf(RunRequest request) {
    Map<String, Object> tree = RunFile.read(request.runFile(), request.overrides());
    request.data().ifPresent(data -> setDataPath(tree, data));
    return tree;
  }

  /**
   * The plugins that a run would use, other than its backend's. The run is put together for it, and
   * nothing is trained.
   *
   * @throws EspalierException as {@link #train(RunRequest, Backend, TrainingListener)}
   */
  public List<Manifest.PluginUse> pluginsOf(RunRequest request) {
    RunConfig config = RunConfig.of(treeOf(request));
    PreparedData data = PreparedData.read(config, folderOf(request.runFile()), Optional.empty());
    return new RunFileParts(config, data, extensions, parts).assemble().run().origin().plugins();
  }

  /**
   * Trains what a run file says, on the backend that it names or else on the best.
   *
   * @throws EspalierException as {@link #train(RunRequest, Backend, TrainingListener)};
   *     UNKNOWN_NAME or BACKEND_UNAVAILABLE for the backend
   */
  public RunResult train(RunRequest request) {
    BackendSettings settings = backendOf(request);
    try (Backend backend = backends.open(settings.kind(), settings.options())) {
      return train(request, backend, TrainingListener.silent());
    }
  }

  /**
   * Trains what a run file says, from the start or from the last good checkpoint.
   *
   * @throws EspalierException for a bad run file, data that is missing or damaged, a checkpoint of
   *     another run (CHECKPOINT_MISMATCH), or a number that is no longer finite (NOT_FINITE)
   */
  public RunResult train(RunRequest request, Backend backend, TrainingListener listener) {
    RunConfig config = RunConfig.of(treeOf(request));
    Path base = folderOf(request.runFile());
    return request.resume().isPresent()
        ? resume(request, request.resume().get(), config, base, backend, listener)
        : begin(request, config, base, backend, listener);
  }

  /** What is wrong with a run is found before it has a folder. */
  private RunResult begin(
      RunRequest request, RunConfig config, Path base, Backend backend, TrainingListener listener) {
    request.out().ifPresent(RunFolder::requireNoRun);
    PreparedData data = PreparedData.read(config, base, Optional.empty());
    Assembly assembly = new RunFileParts(config, data, extensions, parts).assemble();
    Path folder = request.out().orElseGet(() -> RunFolder.fresh(config.name()));
    try (Checkpoints checkpoints = parts.checkpointing().open(folder, config.keep())) {
      return run(assembly, Optional.empty(), checkpoints, folder, backend, listener);
    }
  }

  /** The lock first: a run that still ends may leave a later checkpoint. */
  private RunResult resume(
      RunRequest request,
      Path folder,
      RunConfig config,
      Path base,
      Backend backend,
      TrainingListener listener) {
    if (!Files.isDirectory(folder)) {
      throw FileFault.notFound(folder, "a run folder to go on in");
    }
    if (request.out().isPresent()) {
      throw new EspalierException(
          ErrorCode.BAD_COMMAND,
          "a run goes on in its own folder",
          "another folder " + request.out().get(),
          "leave --out away, or begin a new run");
    }
    try (Checkpoints checkpoints = parts.checkpointing().open(folder, config.keep())) {
      Optional<Checkpoint> checkpoint = lastGood(checkpoints.latest(), listener);
      if (checkpoint.isEmpty()) {
        listener.note(folder + " holds no checkpoint yet: the run begins at its first step");
      }
      // Before the data is read with the wrong settings.
      checkpoint.ifPresent(found ->
          SameRun.requireConfig(
              found.manifest(), config.tree(), RunFileParts.changeable(config, extensions)));
      PreparedData data =
          PreparedData.read(config, base, checkpoint.map(found -> found.manifest().data()));
      checkpoint.ifPresent(found -> SameRun.requireData(found.manifest(), data.source()));
      Assembly assembly = new RunFileParts(config, data, extensions, parts).assemble();
      checkpoint.ifPresent(found -> SameRun.require(found.manifest(), assembly.run(), listener));
      return run(assembly, checkpoint, checkpoints, folder, backend, listener);
    }
  }

  /**
   * Trains a run that is given in Java: from the start, or from the last good checkpoint of its
   * folder.
   *
   * @param run the run
   * @param folder where it writes; made where absent
   * @throws EspalierException CHECKPOINT_MISMATCH where the folder holds another run; NOT_FINITE;
   *     whatever the run's step is refused for
   */
  public RunResult train(Run run, Path folder, Backend backend, TrainingListener listener) {
    Assembly assembly = Assembly.of(run, parts);
    try (Checkpoints checkpoints = parts.checkpointing().open(folder, run.keep())) {
      Optional<Checkpoint> checkpoint = lastGood(checkpoints.latest(), listener);
      checkpoint.ifPresent(found -> SameRun.require(found.manifest(), run, listener));
      return run(assembly, checkpoint, checkpoints, folder, backend, listener);
    }
  }

  private RunResult run(
      Assembly assembly,
      Optional<Checkpoint> checkpoint,
      Checkpoints checkpoints,
      Path folder,
      Backend backend,
      TrainingListener listener) {
    Run run = assembly.run();
    long first = checkpoint.map(found -> found.manifest().step()).orElse(0L);
    try (StepBatches batches = new StepBatches(assembly);
        Session session = new Session(assembly.step(), backend, run.seed());
        Session.Steps steps = session.new Steps()) {
      if (checkpoint.isPresent()) {
        session.restore(checkpoint.get().tensors());
        batches.restore(checkpoint.get().tensors());
        checkpoints.discardAfter(first);
      } else {
        session.initialise();
      }
      RunStart start =
          new RunStart(
              run.name(),
              first,
              run.steps(),
              session.parameters(),
              folder,
              backend.description(),
              steps.memory());
      try (Reporting.Report report = parts.reporting().open(start, listener)) {
        TrainingListener all = new Reports(List.of(report, listener), List.of());
        all.started(start);
        if (assembly.batches().unaccounted()
            && !assembly.batches().sampling().serves(run.step().sampling())) {
          all.note(
              "the examples of this run are not drawn as its accountant assumes:"
                  + " what it tells of a budget does not hold");
        }
        try (Guards guards = Guards.open(assembly, first, folder, all)) {
          Training.Ended ended =
              new Training(assembly, session, batches, parts.evaluation(), checkpoints, guards, all)
                  .run(first, steps);
          return new RunResult(folder, ended.steps(), ended.last());
        }
      }
    }
  }

  private static Optional<Checkpoint> lastGood(
      Checkpoint.Latest latest, TrainingListener listener) {
    for (Checkpoint.Skipped skipped : latest.skipped()) {
      listener.note(skipped.folder() + " is damaged and skipped: " + skipped.reason().found());
    }
    if (latest.checkpoint().isEmpty() && !latest.skipped().isEmpty()) {
      throw latest.skipped().getFirst().reason();
    }
    return latest.checkpoint();
  }

  /**
   * Evaluates a run's last good checkpoint on the held-out part of its data, or of other data.
   *
   * @throws EspalierException as {@link #train}; FILE_NOT_FOUND where there is no checkpoint
   */
  public EvaluationReport evaluate(
      Path runFolder, Optional<Path> data, Backend backend, TrainingListener listener) {
    Checkpoint checkpoint = parts.checkpointing().latest(runFolder).required(runFolder);
    Manifest manifest = checkpoint.manifest();
    RunFileParts run = opened(checkpoint, runFolder, data);
    RunConfig config = run.config();
    PreparedData prepared = run.data();
    TrainingStep step = run.trained();
    try (Session session = restored(step, checkpoint, backend);
        Evaluation.Evaluator evaluator =
            parts.evaluation().prepare(session, prepared.validation(), config.batch())) {
      EvaluationReport report = evaluator.evaluate(manifest.step());
      listener.evaluated(report);
      return report;
    }
  }

  /** A run's parts, with the data that its checkpoint was trained on, or other data. */
  private RunFileParts opened(Checkpoint checkpoint, Path runFolder, Optional<Path> data) {
    Manifest manifest = checkpoint.manifest();
    Map<String, Object> tree = new LinkedHashMap<>(manifest.config());
    setDataPath(tree, data.orElse(PreparedData.path(manifest.data().path())));
    RunConfig config = RunConfig.of(tree);
    PreparedData prepared =
        PreparedData.read(config, folderOf(runFolder), Optional.of(manifest.data()));
    if (data.isEmpty()) {
      SameRun.requireData(manifest, prepared.source());
    }
    return new RunFileParts(config, prepared, extensions, parts);
  }

  /**
   * The curvature of the loss on a run's training data at its last good checkpoint, at the
   * parameters that are trained. Whoever asks for it closes it.
   *
   * @param runFolder the run
   * @param data the data, in place of the run's
   * @param matrix which matrix
   * @param batches over how many batches of the run's size, evenly drawn from the data; as many as
   *     there are at most
   * @throws EspalierException as {@link #evaluate}; BAD_VALUE where no batch is asked for
   */
  public ModelCurvature curvature(
      Path runFolder,
      Optional<Path> data,
      ModelCurvature.Matrix matrix,
      int batches,
      Backend backend) {
    Checkpoint checkpoint = parts.checkpointing().latest(runFolder).required(runFolder);
    RunFileParts run = opened(checkpoint, runFolder, data);
    if (batches < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE, "at least 1 batch", "" + batches, "ask for more batches");
    }
    Map<String, NdArray> held = new LinkedHashMap<>();
    String prefix = "parameters/";
    Tree<TensorType> types = run.trained().parameterTypes();
    types
        .paths()
        .forEach(path -> {
          NdArray leaf = checkpoint.tensors().get(prefix + path);
          if (leaf == null || !leaf.type().equals(types.get(path))) {
            throw new EspalierException(
                ErrorCode.CHECKPOINT_MISMATCH,
                "a parameter " + path + " of type " + types.get(path),
                leaf == null ? "none in the checkpoint" : leaf.type().toString(),
                "name a run folder whose run file was not changed");
          }
          held.put(path, leaf);
        });
    return new ModelCurvature(
        matrix,
        run.model(extensions),
        run.loss(extensions),
        Tree.of(held),
        evenly(run.data().training(), run.config().batch(), batches),
        backend);
  }

  /** Batches of examples at even distances. */
  private static List<Batch> evenly(Dataset dataset, int rows, int batches) {
    int size = Math.min(rows, dataset.size());
    int count = Math.min(batches, dataset.size() / size);
    List<Batch> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] indices = new int[size];
      for (int j = 0; j < size; j++) {
        long place = (long) i * size + j;
        indices[j] = (int) (place * dataset.size() / ((long) count * size));
      }
      drawn.add(dataset.batch(indices));
    }
    return drawn;
  }

  /**
   * Draws text from a run's last good checkpoint. Of the run's data it needs the characters alone,
   * which the manifest holds.
   *
   * @throws EspalierException BAD_VALUE where the run is not one of text, or the prompt has
   *     characters that the run does not know
   */
  public String sample(SampleRequest request, Backend backend) {
    Path runFolder = request.runFolder();
    Checkpoint checkpoint = parts.checkpointing().latest(runFolder).required(runFolder);
    RunConfig config = RunConfig.of(checkpoint.manifest().config());
    PreparedData characters = PreparedData.charactersOf(config, checkpoint.manifest().data());
    TrainingStep step = new RunFileParts(config, characters, extensions, parts).trained();
    try (Session session = restored(step, checkpoint, backend)) {
      return new TextSampler(characters, session).sample(request);
    }
  }

  /**
   * Opens what a run that was given in Java has learned, to predict with it. Whoever opens it
   * closes it.
   *
   * @param run the run
   * @param folder where it wrote
   * @throws EspalierException FILE_NOT_FOUND where there is no checkpoint; CHECKPOINT_MISMATCH
   *     where it is another run's
   */
  public Session open(Run run, Path folder, Backend backend) {
    Checkpoint checkpoint = parts.checkpointing().latest(folder).required(folder);
    SameRun.require(checkpoint.manifest(), run, TrainingListener.silent());
    return restored(Assembly.of(run, parts).step(), checkpoint, backend);
  }

  private static Session restored(TrainingStep step, Checkpoint checkpoint, Backend backend) {
    Session session = new Session(step, backend, checkpoint.manifest().seed());
    try {
      session.restore(checkpoint.tensors());
      return session;
    } catch (RuntimeException | Error e) {
      session.close();
      throw e;
    }
  }

  private static void setDataPath(Map<String, Object> tree, Path data) {
    Map<String, Object> section = new LinkedHashMap<>();
    if (tree.get("data") instanceof Map<?, ?> given) {
      given.forEach(
          (key, value) -> section.put(String.valueOf(key), Objects.requireNonNull(value)));
    }
    section.put("path", data.toAbsolutePath().normalize().toString());
    tree.put("data", section);
  }

  private static Path folderOf(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }
}
