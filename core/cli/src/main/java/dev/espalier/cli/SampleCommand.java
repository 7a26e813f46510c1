package dev.espalier.cli;

import dev.espalier.api.backend.Backend;
import dev.espalier.host.Host;
import dev.espalier.training.trainer.SampleRequest;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has a trained model write. */
@Command(name = "sample", description = "Has a trained GPT write text.", showDefaultValues = true)
final class SampleCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      paramLabel = "RUN_DIR",
      description = "The run folder.",
      showDefaultValue = Visibility.NEVER)
  Path runFolder = Path.of("");

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "What the text begins with; a line end where absent.",
      showDefaultValue = Visibility.NEVER)
  String prompt = "";

  @Option(names = "--length", paramLabel = "N", description = "Characters to write.")
  int length = 500;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Less is safer; 0 always takes the likeliest character.")
  double temperature = 0.8;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K likeliest characters only; 0 for all.")
  int topK = 0;

  @Option(names = "--seed", paramLabel = "N", description = "Another one gives another text.")
  long seed = 1;

  @Mixin BackendOptions backend = new BackendOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  SampleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Host host = plugins.start();
    try (Backend opened = host.backends().open(backend.name(), backend.options())) {
      SampleRequest request = new SampleRequest(runFolder, prompt, length, temperature, topK, seed);
      console.out().println(host.trainer().sample(request, opened));
      console.out().flush();
    }
    return ExitCode.DONE;
  }
}
