package dev.espalier.benchmarks.peers;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.benchmarks.Arguments;
import dev.espalier.benchmarks.Command;
import dev.espalier.benchmarks.TrainingSteps;
import dev.espalier.training.step.Precision;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Runs one training step for some seconds and prints its {@link StepReport}. Started with the
 * options, and on the module path, of {@code ./espalier}, so that its figures are what users see.
 */
public final class StepMain implements Command {
  private static final String USAGE =
      "StepMain NAME [--threads 1] [--seconds 10] [--precision fp32|bf16] [--products PLUGIN]";

  private final long start;

  private StepMain(long start) {
    this.start = start;
  }

  /** The command, begun now. */
  public static Command command() {
    return new StepMain(System.nanoTime());
  }

  /**
   * Runs a step.
   *
   * @param arguments the step's name; {@code --threads} of the backend; {@code --seconds} after the
   *     first step, of which the second half counts; {@code --precision} of the products; {@code
   *     --products}, the plugin that multiplies
   */
  public static void main(String[] arguments) {
    System.exit(command().exitCode(arguments, System.out, System.err));
  }

  @Override
  public void run(List<String> given, PrintStream out, PrintStream err) {
    Arguments arguments =
        Arguments.parse(USAGE, given, 1, Set.of("threads", "seconds", "precision", "products"));
    String name =
        arguments
            .operand()
            .orElseThrow(() ->
                new EspalierException(
                    ErrorCode.BAD_COMMAND,
                    USAGE,
                    "no name",
                    "name a step: " + String.join(", ", TrainingSteps.names())));
    int threads = arguments.count("threads", 1);
    double seconds = arguments.seconds("seconds", 10);
    Optional<String> products = arguments.text("products");
    StepRun run = new StepRun(name, precision(arguments), threads, products, seconds, start);
    out.println(run.report().toJson());
  }

  private static Precision precision(Arguments arguments) {
    String text = arguments.text("precision").orElse("fp32");
    return switch (text) {
      case "fp32" -> Precision.F32;
      case "bf16" -> Precision.BF16;
      default ->
          throw new EspalierException(
              ErrorCode.BAD_COMMAND, USAGE, "--precision " + text, "give fp32 or bf16");
    };
  }
}
