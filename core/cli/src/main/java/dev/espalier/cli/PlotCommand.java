package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.Suggestions;
import dev.espalier.training.checkpoint.AtomicFile;
import dev.espalier.training.metrics.MetricsLog;
import dev.espalier.training.plot.Chart;
import dev.espalier.training.plot.Svg;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Draws what runs wrote into their metrics logs. */
@Command(
    name = "plot",
    description = {
      "Draws a metric of runs: a line over the steps for each.",
      "With --against, one line through the last values of all runs."
    })
final class PlotCommand implements Callable<Integer> {
  private static final String STEP = "step";

  private final Console console;

  @Parameters(paramLabel = "RUN_DIR", arity = "1..*", description = "The run folders.")
  List<Path> runFolders = List.of();

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      required = true,
      description = "What is drawn, as it is called in metrics.jsonl: loss, validation_accuracy.")
  String metric = "";

  @Option(
      names = "--against",
      paramLabel = "NAME",
      description = "What it is drawn against: epsilon, learning_rate, step.")
  @Nullable String against;

  @Option(
      names = "--out",
      paramLabel = "FILE.svg",
      required = true,
      description = "The picture's file.")
  Path out = Path.of("");

  PlotCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Chart chart = against == null ? overSteps() : acrossRuns(against);
    AtomicFile.write(out, Svg.of(chart).getBytes(StandardCharsets.UTF_8));
    console.out().println("plot   " + out);
    console.out().flush();
    return ExitCode.DONE;
  }

  private Chart overSteps() {
    List<String> names = runFolders.stream().map(PlotCommand::name).toList();
    boolean alike = new HashSet<>(names).size() < names.size();
    List<Chart.Line> lines =
        runFolders.stream()
            .map(folder -> {
              List<MetricsLog.Entry> told =
                  log(folder).stream().filter(entry -> value(entry, metric).isPresent()).toList();
              require(folder, metric, !told.isEmpty());
              return new Chart.Line(
                  alike ? folder.toString() : name(folder),
                  told.stream().mapToDouble(MetricsLog.Entry::step).toArray(),
                  told.stream().mapToDouble(e -> value(e, metric).orElseThrow()).toArray());
            })
            .toList();
    return new Chart(metric, STEP, metric, false, lines, List.of());
  }

  /** What a folder is called, however it is given; a root has no name. */
  private static String name(Path folder) {
    Path whole = folder.toAbsolutePath().normalize();
    return Objects.requireNonNullElse(whole.getFileName(), whole).toString();
  }

  /** The end of a run: where it is drawn and how high. */
  private record End(double x, double y) {}

  private Chart acrossRuns(String x) {
    if (runFolders.size() < 2) {
      throw new EspalierException(
          ErrorCode.BAD_COMMAND,
          "a line across runs goes through 2 or more",
          runFolders.toString(),
          "give more run folders, or leave --against out");
    }
    List<End> ends =
        runFolders.stream()
            .map(folder -> new End(last(folder, x), last(folder, metric)))
            .sorted(Comparator.comparingDouble(End::x))
            .toList();
    Chart.Line line =
        new Chart.Line(
            metric,
            ends.stream().mapToDouble(End::x).toArray(),
            ends.stream().mapToDouble(End::y).toArray());
    return new Chart(metric + " against " + x, x, metric, false, List.of(line), List.of());
  }

  private double last(Path folder, String name) {
    OptionalDouble last =
        log(folder).stream()
            .flatMap(entry -> value(entry, name).stream().boxed())
            .reduce((earlier, later) -> later)
            .map(OptionalDouble::of)
            .orElse(OptionalDouble.empty());
    require(folder, name, last.isPresent());
    return last.orElseThrow();
  }

  private static OptionalDouble value(MetricsLog.Entry entry, String name) {
    if (name.equals(STEP)) {
      return OptionalDouble.of((double) entry.step());
    }
    Double value = entry.values().get(name);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private void require(Path folder, String name, boolean told) {
    if (!told) {
      TreeSet<String> known = new TreeSet<>(List.of(STEP));
      log(folder).forEach(entry -> known.addAll(entry.values().keySet()));
      throw new EspalierException(
          ErrorCode.UNKNOWN_NAME,
          "a metric of the run " + folder,
          name,
          Suggestions.didYouMean(name, known, "it has " + String.join(", ", known)));
    }
  }

  private static List<MetricsLog.Entry> log(Path folder) {
    return MetricsLog.read(folder.resolve("metrics.jsonl"));
  }
}
