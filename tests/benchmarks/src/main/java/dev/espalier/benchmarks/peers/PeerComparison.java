package dev.espalier.benchmarks.peers;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.benchmarks.Arguments;
import dev.espalier.benchmarks.Checkout;
import dev.espalier.benchmarks.Command;
import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Surroundings;
import dev.espalier.benchmarks.TrainingSteps;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Espalier's training steps beside PyTorch's: each contender in turn in a fresh process, for
 * several rounds, so that what disturbs the machine disturbs all of them. Prints the tables; where
 * every step ran, those in {@code RESULTS.md} are replaced.
 */
public final class PeerComparison implements Command {
  private static final String USAGE =
      "./build bench-peers [--steps mlp,gpt,gpt-medium,cnn] [--threads 1,2] [--rounds 3]"
          + " [--seconds 20] [--modes eager,compile]"
          + " [--precisions fp32,bf16] [--python PATH] [--jvm PATH]";
  private static final String SECTION = "peers";

  private PeerComparison() {}

  /** The command. */
  public static Command command() {
    return new PeerComparison();
  }

  /**
   * The main of {@code ./build bench-peers}.
   *
   * @param arguments {@code --steps} and numbers of {@code --threads}, between commas; {@code
   *     --rounds} of each; {@code --seconds} of a step, of which the second half counts; {@code
   *     --modes} of PyTorch; {@code --precisions} of both; {@code --python} with PyTorch; {@code
   *     --jvm}, the java of Espalier
   */
  public static void main(String[] arguments) {
    // Whoever ends this process ends the one that is being measured.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroy)));
    System.exit(command().exitCode(arguments, System.out, System.err));
  }

  /**
   * What is compared.
   *
   * @param steps the steps' names
   * @param threads numbers of threads
   * @param rounds how many rounds
   * @param contenders who runs
   */
  private record Plan(
      List<String> steps, List<Integer> threads, int rounds, Set<Contender> contenders) {
    boolean isWhole() {
      return steps.containsAll(TrainingSteps.names())
          && contenders.size() == Contender.values().length;
    }
  }

  @Override
  public void run(List<String> given, PrintStream out, PrintStream err) {
    Arguments arguments =
        Arguments.parse(
            USAGE,
            given,
            0,
            Set.of(
                "steps", "threads", "rounds", "seconds", "modes", "precisions", "python", "jvm"));
    List<String> modes = arguments.names("modes", List.of("eager", "compile"));
    Set<Contender> contenders = EnumSet.allOf(Contender.class);
    contenders.removeIf(one -> one.isPeer() && !modes.contains(one.mode()));
    List<String> precisions = arguments.names("precisions", List.of("fp32", "bf16"));
    contenders.removeIf(one -> !precisions.contains(one.precision()));
    Plan plan =
        new Plan(
            arguments.names("steps", TrainingSteps.names()),
            arguments.counts("threads", List.of(1, 2)),
            arguments.count("rounds", 3),
            contenders);
    double seconds = arguments.seconds("seconds", 20);
    Checkout checkout = Checkout.here();
    Path temporary = temporaryFolder();
    try {
      Processes processes =
          new Processes(
              checkout,
              arguments.text("jvm").orElse(System.getProperty("java.home") + "/bin/java"),
              python(arguments, checkout),
              seconds,
              temporary);
      String torch = processes.requireTorch();
      List<Round> rounds = rounds(plan, processes, err);
      String text =
          Surroundings.of(checkout)
              + "* PyTorch: %s.\n* Settings: %d rounds, %s s of each step after its first, of which the second half counts.\n\n"
                  .formatted(torch, plan.rounds(), Figures.significant(seconds))
              + "Steps a second:\n\n"
              + new PeerTables(rounds).comparison()
              + "\nEvery contender, the middle of its rounds:\n\n"
              + new PeerTables(rounds).all();
      out.print(text);
      if (plan.isWhole()) {
        checkout.results().replace(SECTION, text);
        err.println("wrote " + checkout.results().path());
      } else {
        err.println("not all steps, modes and precisions: RESULTS.md stays as it is");
      }
    } finally {
      delete(temporary);
    }
  }

  private static String python(Arguments arguments, Checkout checkout) {
    return arguments
        .text("python")
        .or(() -> Optional.ofNullable(System.getenv("ESPALIER_PEERS_PYTHON")))
        .orElse(checkout.peers().resolve("venv/bin/python").toString());
  }

  private static List<Round> rounds(Plan plan, Processes processes, PrintStream err) {
    List<Round> rounds = new ArrayList<>();
    Set<Contender> absent = new HashSet<>();
    for (String step : plan.steps()) {
      for (int threads : plan.threads()) {
        for (int round = 1; round <= plan.rounds(); round++) {
          for (Contender contender : plan.contenders()) {
            if (absent.contains(contender)) {
              continue;
            }
            Optional<Round> done = processes.run(step, threads, contender, err);
            if (done.isEmpty()) {
              absent.add(contender);
            }
            done.ifPresent(one -> {
              rounds.add(one);
              err.println(progress(one));
            });
          }
        }
        requireSameModel(step, rounds);
      }
    }
    return rounds;
  }

  private static String progress(Round round) {
    return "%s, %d threads, %s: %s steps/s"
        .formatted(
            round.step(),
            round.threads(),
            round.contender().text(),
            Figures.significant(round.report().rate()));
  }

  /** A comparison of two models would be none. */
  private static void requireSameModel(String step, List<Round> rounds) {
    List<Long> sizes =
        rounds.stream()
            .filter(round -> round.step().equals(step))
            .map(round -> round.report().parameters())
            .distinct()
            .toList();
    if (sizes.size() > 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "all contenders train a model of the same size in " + step,
          "models of " + sizes + " parameters",
          "bring TrainingSteps.java and peers.py together again");
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("espalier-peers");
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          "the comparison keeps what processes print in a temporary folder",
          e.toString(),
          "make room, or name another place by -Djava.io.tmpdir",
          e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          "the temporary folder " + folder + " is removed",
          e.toString(),
          "remove it",
          e);
    }
  }
}
