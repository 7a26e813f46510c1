package dev.espalier.cli;

import dev.espalier.api.backend.Backend;
import dev.espalier.host.Host;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures a trained model. */
@Command(name = "evaluate", description = "Measures a trained model on its validation data.")
final class EvaluateCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN_DIR", description = "The run folder.")
  Path runFolder = Path.of("");

  @Option(names = "--data", paramLabel = "PATH", description = "The data, in place of the run's.")
  @Nullable Path data;

  @Mixin BackendOptions backend = new BackendOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "A line of JSON for everything that happens.")
  boolean json;

  EvaluateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Host host = plugins.start();
    try (Backend opened = host.backends().open(backend.name(), backend.options());
        ProgressView view = ProgressView.on(console, json)) {
      // The view shows the report as it hears of it.
      host.trainer().evaluate(runFolder, Optional.ofNullable(data), opened, view);
    }
    return ExitCode.DONE;
  }
}
