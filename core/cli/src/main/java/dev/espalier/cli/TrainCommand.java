package dev.espalier.cli;

import dev.espalier.api.backend.Backend;
import dev.espalier.host.Host;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Trains what a run file says. */
@Command(
    name = "train",
    description = "Trains what a run file says, and leaves a run folder with what was learned.")
final class TrainCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN.yaml", description = "The run file; samples/ has some.")
  Path runFile = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "The data, in place of the run file's.")
  @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value in place of the run file's, as in model.width=64; may be repeated.")
  Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The run folder to make; a new one below runs where absent.")
  @Nullable Path out;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "The run folder of a run that was stopped, to go on with it.")
  @Nullable Path resume;

  @Mixin BackendOptions backend = new BackendOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "A line of JSON for everything that happens.")
  boolean json;

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    RunRequest request =
        new RunRequest(
            runFile,
            Optional.ofNullable(data),
            overrides,
            Optional.ofNullable(out),
            Optional.ofNullable(resume));
    BackendSettings settings = Trainer.backendOf(request);
    Map<String, String> options = new LinkedHashMap<>(settings.options());
    options.putAll(backend.options());
    Host host = plugins.start();
    try (Backend opened = host.backends().open(backend.name().or(settings::kind), options);
        ProgressView view = ProgressView.on(console, json)) {
      view.finished(host.trainer().train(request, opened, view));
    }
    return ExitCode.DONE;
  }
}
