package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.host.Host;
import dev.espalier.training.Suggestions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program. It ends with 0 where what was asked is done, with 2 where the request is wrong and
 * with 1 where it could not be carried out; errors are three lines on stderr, a stack trace follows
 * only with {@code --debug}.
 */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process. */
  public static void main(String[] args) {
    System.exit(run(Console.system(), args));
  }

  /** Runs a command and gives the exit code. */
  static int run(Console console, String... args) {
    ErrorReport errors =
        new ErrorReport(
            console, List.of(args).contains("--debug"), List.of(args).contains("--json"));
    CommandLine line = commands(console);
    line.setParameterExceptionHandler((e, _) -> errors.tell(badCommand(e)));
    line.setExecutionExceptionHandler((e, _, _) -> errors.tell(attributed(e, line)));
    try {
      return line.execute(args);
    } catch (RuntimeException | Error e) {
      return errors.tell(attributed(e, line));
    }
  }

  /** What a plugin's code threw, as that plugin's fault. */
  private static Throwable attributed(Throwable thrown, CommandLine line) {
    if (thrown instanceof EspalierException || thrown instanceof OutOfMemoryError) {
      return thrown;
    }
    return started(line).<Throwable>flatMap(host -> host.plugins().faultOf(thrown)).orElse(thrown);
  }

  /** Espalier as the command started it. */
  private static Optional<Host> started(CommandLine line) {
    return line.getParseResult().asCommandLineList().stream()
        .flatMap(command -> mixins(command.getCommandSpec()))
        .map(CommandSpec::userObject)
        .filter(PluginOptions.class::isInstance)
        .flatMap(options -> ((PluginOptions) options).started().stream())
        .findFirst();
  }

  private static Stream<CommandSpec> mixins(CommandSpec command) {
    return command.mixins().values().stream()
        .flatMap(mixin -> Stream.concat(Stream.of(mixin), mixins(mixin)));
  }

  private static CommandLine commands(Console console) {
    CommandLine line =
        new CommandLine(new RootCommand())
            .addSubcommand(new TrainCommand(console))
            .addSubcommand(new EvaluateCommand(console))
            .addSubcommand(new SampleCommand(console))
            .addSubcommand(new PlotCommand(console))
            .addSubcommand(new SpectrumCommand(console))
            .addSubcommand(new NewCommand(console))
            .addSubcommand(PluginsCommand.line(console))
            .addSubcommand(ProbeCommand.line(console))
            .addSubcommand(PrivacyCommand.line(console))
            .addSubcommand(new BackendsCommand(console))
            .addSubcommand(new ConformanceCommand(console));
    line.setOut(new PrintWriter(console.out(), true, console.out().charset()));
    line.setErr(new PrintWriter(console.err(), true, console.err().charset()));
    line.setUsageHelpAutoWidth(console.terminal());
    return line;
  }

  private static EspalierException badCommand(ParameterException e) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String repair = "see " + command.qualifiedName() + " --help";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      List<String> known = new ArrayList<>(command.subcommands().keySet());
      command.options().forEach(option -> known.addAll(List.of(option.names())));
      String first = unmatched.getUnmatched().getFirst();
      repair =
          Suggestions.nearest(first, known).map(word -> "did you mean '" + word + "'? ").orElse("")
              + repair;
    }
    return new EspalierException(
        ErrorCode.BAD_COMMAND, command.qualifiedName(), String.valueOf(e.getMessage()), repair, e);
  }
}
