package dev.espalier.cli;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.host.Host;
import dev.espalier.host.PluginLock;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Pins the plugins of a run. */
@Command(
    name = "lock",
    description = {
      "Pins the plugins of a run: their ids, versions and the SHA-256 of their files.",
      "A command with --locked FILE loads these and no others."
    })
final class LockCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "RUN.yaml", description = "The run file.")
  Path runFile = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "PATH",
      description = "The data, in place of the run file's.")
  @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A value in place of the run file's; may be repeated.")
  Map<String, String> overrides = new LinkedHashMap<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "plugins.lock",
      description = "The file to write; ${DEFAULT-VALUE} where absent.")
  Path out = Path.of("plugins.lock");

  @Mixin BackendOptions backend = new BackendOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  LockCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    RunRequest request =
        new RunRequest(
            runFile, Optional.ofNullable(data), overrides, Optional.empty(), Optional.empty());
    Host host = plugins.start();
    String name =
        host.backends().choose(backend.name().or(() -> Trainer.backendOf(request).kind()));
    Set<String> used = new TreeSet<>();
    used.add(host.extensions().pluginOf(ExtensionPoint.BACKEND, name).id());
    host.trainer().pluginsOf(request).forEach(plugin -> used.add(plugin.id()));
    PluginLock lock =
        PluginLock.of(
            host.plugins().loaded().stream()
                .filter(plugin -> used.contains(plugin.info().id()))
                .toList());
    lock.write(out);
    Table table = new Table();
    lock.pins().forEach(pin -> table.row(pin.id(), pin.version(), pin.sha256()));
    console.out().print(table.lines(""));
    console.out().flush();
    return ExitCode.DONE;
  }
}
