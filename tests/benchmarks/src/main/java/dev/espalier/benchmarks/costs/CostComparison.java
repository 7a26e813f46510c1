package dev.espalier.benchmarks.costs;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.benchmarks.Arguments;
import dev.espalier.benchmarks.Checkout;
import dev.espalier.benchmarks.Command;
import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Installation;
import dev.espalier.benchmarks.RandomValues;
import dev.espalier.benchmarks.RoundTrip;
import dev.espalier.benchmarks.RunningGraph;
import dev.espalier.benchmarks.Surroundings;
import dev.espalier.benchmarks.Table;
import dev.espalier.benchmarks.TrainingSteps;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Measures what second derivatives, clipped single gradients and second-order methods cost beside
 * gradients and plain steps: both in one process, run in turn. Prints a table and, where all were
 * measured, writes it to {@code RESULTS.md}.
 */
public final class CostComparison implements Command {
  private static final String USAGE =
      "./build bench-costs [--steps mlp,gpt,cnn] [--rows PATTERN] [--threads 1,2] [--seconds 20]";

  private static final String SECTION = "costs";

  /** Of means over a period that count. */
  private static final int FEWEST = 3;

  private CostComparison() {}

  /** The command. */
  public static Command command() {
    return new CostComparison();
  }

  /**
   * The main of {@code ./build bench-costs}.
   *
   * @param arguments {@code --steps}, of which steps; {@code --rows}, a regular expression, in any
   *     case, that is found in what costs, as {@code adahessian}; {@code --threads}, numbers of
   *     threads; {@code --seconds} for each cost, of which the second half counts
   */
  public static void main(String[] arguments) {
    System.exit(command().exitCode(arguments, System.out, System.err));
  }

  @Override
  public void run(List<String> given, PrintStream out, PrintStream err) {
    Arguments arguments =
        Arguments.parse(USAGE, given, 0, Set.of("steps", "rows", "threads", "seconds"));
    List<String> steps = arguments.names("steps", List.of("mlp", "gpt", "cnn"));
    List<Integer> threads = arguments.counts("threads", List.of(1, 2));
    double seconds = arguments.seconds("seconds", 20);
    Checkout checkout = Checkout.here();
    Installation installation = Installation.discover();
    List<Cost> all = Cost.all(installation.extensions());
    List<Cost> chosen = chosen(all, steps, arguments.text("rows").orElse(""));
    Table table =
        Table.of(
            3,
            "step",
            "what",
            "in",
            "threads",
            "ms",
            "of ms",
            "time",
            "wanted",
            "memory",
            "wanted",
            "threads apart, ns");
    for (Cost cost : chosen) {
      for (int count : threads) {
        err.println(cost.step() + ", " + cost.name() + ", " + count + " threads");
        OptionalDouble roundTripNs = RoundTrip.nanoseconds();
        try (Backend backend = installation.openCpu(count)) {
          table = table.row(cells(cost, count, measured(cost, backend, seconds), roundTripNs));
        }
      }
    }
    String text =
        Surroundings.of(checkout)
            + "* Settings: %s s each, of which the second half counts; medians of means over a period.\n\n"
                .formatted(Figures.significant(seconds))
            + table;
    out.print(text);
    if (chosen.size() == all.size()) {
      checkout.results().replace(SECTION, text);
      err.println("wrote " + checkout.results().path());
    } else {
      err.println("not all rows: RESULTS.md stays as it is");
    }
  }

  /**
   * Those of some steps whose names have a pattern.
   *
   * @throws EspalierException BAD_VALUE where it is no regular expression, UNKNOWN_NAME where none
   *     has it
   */
  static List<Cost> chosen(List<Cost> all, List<String> steps, String rows) {
    Pattern pattern = pattern(rows);
    List<Cost> of = all.stream().filter(cost -> steps.contains(cost.step())).toList();
    List<Cost> chosen = of.stream().filter(cost -> pattern.matcher(cost.name()).find()).toList();
    if (chosen.isEmpty()) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_NAME,
          "--rows is found in one of: "
              + of.stream().map(Cost::name).distinct().collect(Collectors.joining(", ")),
          rows,
          "give a part of one of them, or other --steps");
    }
    return chosen;
  }

  private static Pattern pattern(String rows) {
    try {
      return Pattern.compile(rows, Pattern.CASE_INSENSITIVE);
    } catch (PatternSyntaxException e) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "--rows takes a regular expression",
          rows + ": " + e.getDescription(),
          "give a part of a row's name",
          e);
    }
  }

  /**
   * What was measured.
   *
   * @param candidateMs the middle of the means of its runs over a period
   * @param referenceMs the middle of those of the unit's runs
   * @param memory how many times the unit's memory
   */
  record Measurement(double candidateMs, double referenceMs, double memory) {}

  static Measurement measured(Cost cost, Backend backend, double seconds) {
    int classes = TrainingSteps.classes(cost.step());
    try (RunningGraph candidate = cost.candidate().open(backend, RandomValues.normal(classes));
        RunningGraph reference = cost.reference().open(backend, RandomValues.normal(classes))) {
      List<Double> its = new ArrayList<>();
      List<Double> units = new ArrayList<>();
      long start = System.nanoTime();
      while (its.size() < FEWEST || System.nanoTime() - start < seconds * 1e9) {
        boolean counts = System.nanoTime() - start >= seconds * 0.5e9;
        double one = 0;
        double other = 0;
        for (int i = 0; i < cost.period(); i++) {
          one += candidate.milliseconds();
          other += reference.milliseconds();
        }
        if (counts) {
          its.add(one / cost.period());
          units.add(other / cost.period());
        }
      }
      double memory = (double) candidate.memory().total() / reference.memory().total();
      return new Measurement(Figures.median(its), Figures.median(units), memory);
    }
  }

  private static String[] cells(
      Cost cost, int threads, Measurement measured, OptionalDouble roundTripNs) {
    return new String[] {
      cost.step(),
      cost.name(),
      cost.unit(),
      Integer.toString(threads),
      Figures.significant(measured.candidateMs()),
      Figures.significant(measured.referenceMs()),
      Figures.decimals(measured.candidateMs() / measured.referenceMs(), 2),
      wanted(cost.time()),
      Figures.decimals(measured.memory(), 2),
      wanted(cost.memory()),
      roundTripNs.isEmpty() ? Figures.NONE : "%.0f".formatted(roundTripNs.getAsDouble())
    };
  }

  private static String wanted(OptionalDouble most) {
    return most.isEmpty() ? Figures.NONE : Figures.decimals(most.getAsDouble(), 2);
  }
}
