package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.training.Loss;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Checkpoint;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.config.Named;
import dev.espalier.training.config.RunConfig;
import dev.espalier.training.config.RunFile;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.metrics.MetricsLog;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/** What can be done with a run: train it, go on with it, evaluate it, and draw text from it. */
public final class Runs {
  /** The version that manifests name. */
  public static final String VERSION = "0.1.0-SNAPSHOT";

  private static final String METRICS = "metrics.jsonl";
  private static final String CHECKPOINTS = "checkpoints";

  private Runs() {}

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
   * Trains, from the start or from the last good checkpoint.
   *
   * @throws EspalierException for a bad run file, data that is missing or damaged, a checkpoint of
   *     another run (CHECKPOINT_MISMATCH), or a number that is no longer finite (NOT_FINITE)
   */
  public static RunResult train(
      RunRequest request, Extensions extensions, Backend backend, TrainingListener listener) {
    Map<String, Object> tree = treeOf(request);
    RunConfig config = RunConfig.of(tree);
    Path base = folderOf(request.runFile());
    return request.resume().isPresent()
        ? resume(request, request.resume().get(), config, base, extensions, backend, listener)
        : begin(request, config, base, extensions, backend, listener);
  }

  /** What is wrong with a run is found before it has a folder. */
  private static RunResult begin(
      RunRequest request,
      RunConfig config,
      Path base,
      Extensions extensions,
      Backend backend,
      TrainingListener listener) {
    request.out().ifPresent(Runs::requireNoRun);
    PreparedData data = PreparedData.read(config, base, Optional.empty());
    Assembly assembly = Assembly.of(config, data, extensions);
    Path folder = request.out().orElseGet(() -> fresh(config.name()));
    try (CheckpointStore store = CheckpointStore.open(folder, config.keep())) {
      return run(assembly, Optional.empty(), store, folder, backend, listener);
    }
  }

  /** The lock first: a run that still ends may leave a later checkpoint. */
  private static RunResult resume(
      RunRequest request,
      Path folder,
      RunConfig config,
      Path base,
      Extensions extensions,
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
    try (CheckpointStore store = CheckpointStore.open(folder, config.keep())) {
      Optional<Checkpoint> checkpoint = lastGood(folder, listener);
      checkpoint.ifPresent(found -> requireSameConfig(found.manifest(), config.tree()));
      PreparedData data =
          PreparedData.read(config, base, checkpoint.map(found -> found.manifest().data()));
      checkpoint.ifPresent(found -> requireSameData(found.manifest(), data));
      Assembly assembly = Assembly.of(config, data, extensions);
      checkpoint.ifPresent(found -> requireSamePlugins(found.manifest(), assembly));
      return run(assembly, checkpoint, store, folder, backend, listener);
    }
  }

  private static RunResult run(
      Assembly assembly,
      Optional<Checkpoint> checkpoint,
      CheckpointStore store,
      Path folder,
      Backend backend,
      TrainingListener listener) {
    long first = checkpoint.map(found -> found.manifest().step()).orElse(0L);
    try (Session session = assembly.open(backend)) {
      if (checkpoint.isPresent()) {
        session.restore(checkpoint.get().tensors());
        store.discardAfter(first);
      } else {
        session.initialise();
      }
      try (MetricsLog metrics = MetricsLog.open(folder.resolve(METRICS), first)) {
        metrics.dropped().ifPresent(listener::note);
        listener.started(
            new RunStart(
                assembly.config().name(),
                first,
                assembly.totalSteps(),
                session.parameters(),
                folder,
                backend.description()));
        EvaluationReport last =
            new Training(assembly, session, store, metrics, listener, VERSION).run(first);
        return new RunResult(folder, assembly.totalSteps(), last);
      }
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

  private static void requireNoRun(Path folder) {
    if (Files.exists(folder.resolve(METRICS)) || Files.exists(folder.resolve(CHECKPOINTS))) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a new run has a folder of its own",
          folder + " holds a run already",
          "go on with it by --resume " + folder + ", or choose another folder");
    }
  }

  private static Path fresh(String name) {
    Path runs = Path.of("runs");
    try {
      Files.createDirectories(runs);
      for (int number = 1; ; number++) {
        Path folder = runs.resolve(name + "-" + number);
        try {
          return Files.createDirectory(folder);
        } catch (FileAlreadyExistsException e) {
          // The next number, then.
        }
      }
    } catch (IOException e) {
      throw FileFault.io(e, runs, "make a run folder in");
    }
  }

  private static Optional<Checkpoint> lastGood(Path run, TrainingListener listener) {
    Checkpoint.Latest latest = CheckpointStore.latest(run);
    for (Checkpoint.Skipped skipped : latest.skipped()) {
      listener.note(skipped.folder() + " is damaged and skipped: " + skipped.reason().found());
    }
    if (latest.checkpoint().isEmpty()) {
      if (!latest.skipped().isEmpty()) {
        throw latest.skipped().getFirst().reason();
      }
      listener.note(run + " holds no checkpoint yet: the run begins at its first step");
    }
    return latest.checkpoint();
  }

  private static void requireSameConfig(Manifest manifest, Map<String, Object> tree) {
    Map<String, Object> before = withoutDataPath(manifest.config());
    Map<String, Object> now = withoutDataPath(tree);
    if (!before.equals(now)) {
      TreeSet<String> keys = new TreeSet<>(before.keySet());
      keys.addAll(now.keySet());
      keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
      StringBuilder found = new StringBuilder();
      keys.forEach(key ->
          found
              .append(found.isEmpty() ? "" : "; ")
              .append(key)
              .append(" was ")
              .append(before.get(key))
              .append(" and is ")
              .append(now.get(key)));
      throw new EspalierException(
          ErrorCode.CHECKPOINT_MISMATCH,
          "a run goes on with the run file that it began with",
          found.toString(),
          "undo the change, or begin a new run");
    }
  }

  private static Map<String, Object> withoutDataPath(Map<String, Object> tree) {
    Map<String, Object> copy = new LinkedHashMap<>(tree);
    if (copy.get("data") instanceof Map<?, ?> data) {
      Map<Object, Object> rest = new LinkedHashMap<>(data);
      rest.remove("path");
      copy.put("data", rest);
    }
    return copy;
  }

  private static void requireSameData(Manifest manifest, PreparedData data) {
    if (!manifest.data().sha256().equals(data.source().sha256())) {
      throw new EspalierException(
          ErrorCode.CHECKPOINT_MISMATCH,
          "a run goes on with the data that it began with: SHA-256 " + manifest.data().sha256(),
          data.source().path() + " has SHA-256 " + data.source().sha256(),
          "restore the data of " + manifest.data().path());
    }
  }

  private static void requireSamePlugins(Manifest manifest, Assembly assembly) {
    if (!manifest.plugins().equals(assembly.plugins())) {
      throw new EspalierException(
          ErrorCode.CHECKPOINT_MISMATCH,
          "a run goes on with the plugins that it began with: " + manifest.plugins(),
          assembly.plugins().toString(),
          "install those versions again, or begin a new run");
    }
  }

  /** A trained run, opened from its last good checkpoint. */
  private record Opened(Assembly assembly, Checkpoint checkpoint) {
    /** With the data that the run began with, or with other data. */
    static Opened withData(Path run, Optional<Path> data, Extensions extensions) {
      Checkpoint checkpoint = CheckpointStore.latest(run).required(run);
      Manifest manifest = checkpoint.manifest();
      Map<String, Object> tree = new LinkedHashMap<>(manifest.config());
      setDataPath(tree, data.orElse(PreparedData.path(manifest.data().path())));
      RunConfig config = RunConfig.of(tree);
      PreparedData prepared =
          PreparedData.read(config, folderOf(run), Optional.of(manifest.data()));
      if (data.isEmpty()) {
        requireSameData(manifest, prepared);
      }
      return new Opened(Assembly.of(config, prepared, extensions), checkpoint);
    }

    /** With nothing of the data but its characters, which the manifest holds. */
    static Opened withoutData(Path run, Extensions extensions) {
      Checkpoint checkpoint = CheckpointStore.latest(run).required(run);
      RunConfig config = RunConfig.of(checkpoint.manifest().config());
      PreparedData characters = PreparedData.charactersOf(config, checkpoint.manifest().data());
      return new Opened(Assembly.of(config, characters, extensions), checkpoint);
    }

    Session open(Backend backend) {
      Session session = assembly.open(backend);
      try {
        session.restore(checkpoint.tensors());
        return session;
      } catch (RuntimeException | Error e) {
        session.close();
        throw e;
      }
    }
  }

  /**
   * Evaluates a run's last good checkpoint on the held-out part of its data, or of other data.
   *
   * @throws EspalierException as {@link #train}; FILE_NOT_FOUND where there is no checkpoint
   */
  public static EvaluationReport evaluate(
      Path runFolder,
      Optional<Path> data,
      Extensions extensions,
      Backend backend,
      TrainingListener listener) {
    Opened opened = Opened.withData(runFolder, data, extensions);
    Assembly assembly = opened.assembly();
    try (Session session = opened.open(backend);
        Session.Evaluations evaluations =
            session
            .new Evaluations(
                assembly.data().validation(),
                assembly.config().batch(),
                assembly.loss().target() == Loss.Target.CLASSES)) {
      EvaluationReport report = evaluations.run(opened.checkpoint().manifest().step());
      listener.evaluated(report);
      return report;
    }
  }

  /**
   * Draws text from a run's last good checkpoint.
   *
   * @throws EspalierException BAD_VALUE where the run is not one of text, or the prompt has
   *     characters that the run does not know
   */
  public static String sample(SampleRequest request, Extensions extensions, Backend backend) {
    Opened opened = Opened.withoutData(request.runFolder(), extensions);
    try (Session session = opened.open(backend)) {
      return new TextSampler(opened.assembly(), session).sample(request);
    }
  }
}
