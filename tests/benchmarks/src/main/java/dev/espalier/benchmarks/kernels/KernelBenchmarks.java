package dev.espalier.benchmarks.kernels;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.benchmarks.Arguments;
import dev.espalier.benchmarks.Checkout;
import dev.espalier.benchmarks.Command;
import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Installation;
import dev.espalier.benchmarks.Surroundings;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures the workloads whose names have a pattern, each in a process of its own, by JMH. Prints
 * the tables, and replaces those of the families that were measured whole in {@code RESULTS.md}.
 */
public final class KernelBenchmarks implements Command {
  private static final String USAGE =
      "./build bench [PATTERN] [--threads 1,2] [--warmup 3] [--iterations 5] [--seconds 1]"
          + " [--jvm PATH]";

  private static final double MIDDLE = 50;
  private static final double BEST = 100;
  private static final double MACHINE_WARMUP_SECONDS = 3;

  /** What is made of a loop that already runs keeps fewer sums in registers. */
  private static final String ONLY_WHOLE_METHODS = "-XX:-UseOnStackReplacement";

  private KernelBenchmarks() {}

  /** The command. */
  public static Command command() {
    return new KernelBenchmarks();
  }

  /**
   * The main of {@code ./build bench}.
   *
   * @param arguments {@code [PATTERN]}, a regular expression; {@code --threads}, numbers of
   *     threads; {@code --warmup} and {@code --iterations}, how many of {@code --seconds} each;
   *     {@code --jvm}, the java that is measured on
   */
  public static void main(String[] arguments) {
    System.exit(command().exitCode(arguments, System.out, System.err));
  }

  /**
   * How long is measured.
   *
   * @param warmup iterations that do not count
   * @param iterations iterations that count
   * @param seconds of an iteration
   * @param jvm the java
   */
  private record Settings(int warmup, int iterations, double seconds, String jvm) {
    ChainedOptionsBuilder options(Class<?> benchmark, String method) {
      TimeValue time = TimeValue.milliseconds(Math.max(1, Math.round(seconds * 1e3)));
      return new OptionsBuilder()
          .include("^" + benchmark.getName().replace(".", "\\.") + "\\." + method + "$")
          .forks(1)
          .jvm(jvm)
          .warmupIterations(warmup)
          .warmupTime(time)
          .measurementIterations(iterations)
          .measurementTime(time)
          .verbosity(VerboseMode.SILENT)
          .shouldFailOnError(true);
    }

    /** With at least so many seconds that do not count. */
    Settings warmFor(double least) {
      return new Settings(
          Math.max(warmup, (int) Math.ceil(least / seconds)), iterations, seconds, jvm);
    }

    @Override
    public String toString() {
      return "%d iterations of %s s after %d that do not count"
          .formatted(iterations, Figures.significant(seconds), warmup);
    }
  }

  @Override
  public void run(List<String> given, PrintStream out, PrintStream err) {
    Arguments arguments =
        Arguments.parse(
            USAGE, given, 1, Set.of("threads", "warmup", "iterations", "seconds", "jvm"));
    Settings settings =
        new Settings(
            arguments.count("warmup", 3),
            arguments.count("iterations", 5),
            arguments.seconds("seconds", 1),
            arguments.text("jvm").orElse(System.getProperty("java.home") + "/bin/java"));
    List<Integer> threads = arguments.counts("threads", List.of(1, 2));
    Checkout checkout = Checkout.here();
    Workloads workloads = new Workloads(Installation.discover());
    List<String> chosen = workloads.matching(arguments.operand().orElse(""));
    String surroundings = Surroundings.of(checkout) + "* Settings: " + settings + ".\n";

    Map<Integer, MachineRates> machine = new LinkedHashMap<>();
    for (int count : threads) {
      err.println("the machine, " + count + " threads");
      machine.put(count, machine(settings, count));
    }
    out.print(surroundings + "\n" + RateTable.of(machine) + "\n");
    for (String family : workloads.families()) {
      List<String> names =
          chosen.stream().filter(name -> Workloads.family(name).equals(family)).toList();
      if (!names.isEmpty()) {
        String table =
            RateTable.of(measure(settings, workloads, names, threads, err), machine).toString();
        out.println(table);
        if (isWhole(workloads, family, names)) {
          checkout
              .results()
              .replace(family, surroundings + "\n" + RateTable.of(machine) + "\n" + table);
        }
      }
    }
  }

  private static boolean isWhole(Workloads workloads, String family, List<String> names) {
    return names.containsAll(
        workloads.names().stream().filter(name -> Workloads.family(name).equals(family)).toList());
  }

  private static List<Measured> measure(
      Settings settings,
      Workloads workloads,
      List<String> names,
      List<Integer> threads,
      PrintStream err) {
    List<Measured> measured = new ArrayList<>();
    for (String name : names) {
      Workload workload = workloads.get(name);
      for (int count : threads) {
        err.println(name + ", " + count + " threads");
        double nanoseconds =
            score(
                settings
                    .options(CompiledGraphBenchmark.class, "run")
                    .param("workload", name)
                    .param("threads", Integer.toString(count)),
                MIDDLE);
        measured.add(new Measured(name, count, nanoseconds / 1e9, workload));
      }
    }
    return measured;
  }

  /** What all shares are of, so at its best: warm, and the best of the iterations. */
  private static MachineRates machine(Settings settings, int threads) {
    Settings warm = settings.warmFor(MACHINE_WARMUP_SECONDS);
    double calls = machine(warm, "fusedMultiplyAdd", threads);
    double copies = machine(warm, "arrayCopy", threads);
    return new MachineRates(
        calls * MachineBenchmark.peakOperations(), copies * MachineBenchmark.copiedBytes());
  }

  private static double machine(Settings settings, String method, int threads) {
    ChainedOptionsBuilder options = settings.options(MachineBenchmark.class, method);
    return score(options.threads(threads).jvmArgsAppend(ONLY_WHOLE_METHODS), BEST);
  }

  /** The percentile of the iterations' scores. */
  private static double score(ChainedOptionsBuilder options, double percentile) {
    try {
      RunResult result = new Runner(options.build()).runSingle();
      return result.getPrimaryResult().getStatistics().getPercentile(percentile);
    } catch (RunnerException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          "a benchmark runs to its end",
          String.valueOf(e.getMessage()),
          "see what its process printed above",
          e);
    }
  }
}
