package dev.espalier.benchmarks.convergence;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.benchmarks.Arguments;
import dev.espalier.benchmarks.Checkout;
import dev.espalier.benchmarks.Command;
import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Installation;
import dev.espalier.benchmarks.Table;
import dev.espalier.training.plot.Chart;
import dev.espalier.training.plot.Svg;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Parts;
import dev.espalier.training.trainer.StepReport;
import dev.espalier.training.trainer.Trainer;
import dev.espalier.training.trainer.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Steps to the same loss: trains a small model on real data with each of several optimizers at
 * several rates, and prints for each at its best rate how many steps it took to given held-out
 * losses. Same model, seed, batches, schedule and clipping for all; defaults for the rest.
 */
public final class StepsToLoss implements Command {
  private static final String USAGE =
      "./build bench-convergence [--data digits,tinyshakespeare] [--optimizers adamw,lion,...]"
          + " [--steps 600] [--rates 4] [--most-rates 6] [--threads 2] [--out FOLDER]";

  /** Those that the closing table is about. */
  private static final String OPTIMIZERS = "adamw,lion,sophia-g,shampoo,mars-adamw";

  private static final List<Double> RATES = List.of(1e-4, 3e-4, 1e-3, 3e-3, 1e-2);

  private StepsToLoss() {}

  /** The command. */
  public static Command command() {
    return new StepsToLoss();
  }

  /**
   * The main of {@code ./build bench-convergence}.
   *
   * @param arguments {@code --data} and {@code --optimizers} between commas; {@code --steps} of
   *     each run; how many {@code --rates} are tried in any case, up to 5, and {@code
   *     --most-rates}; {@code --threads} of the CPU backend; {@code --out}, where charts are
   *     written
   */
  public static void main(String[] arguments) {
    System.exit(command().exitCode(arguments, System.out, System.err));
  }

  /**
   * How each optimizer is tried.
   *
   * @param steps of a run
   * @param rates that are tried in any case
   * @param mostRates that are tried at most
   */
  private record Plan(int steps, List<Double> rates, int mostRates) {}

  @Override
  public void run(List<String> given, PrintStream out, PrintStream err) {
    Arguments arguments =
        Arguments.parse(
            USAGE,
            given,
            0,
            Set.of("data", "optimizers", "steps", "rates", "most-rates", "threads", "out"));
    List<Task> tasks = arguments.names("data", Task.names()).stream().map(Task::of).toList();
    List<String> optimizers =
        Stream.of(arguments.text("optimizers").orElse(OPTIMIZERS).split(",", -1))
            .distinct()
            .toList();
    int rates = Math.min(RATES.size(), arguments.count("rates", 4));
    Plan plan =
        new Plan(
            arguments.count("steps", 600),
            RATES.subList(RATES.size() - rates, RATES.size()),
            arguments.count("most-rates", 6));
    Checkout checkout = Checkout.here();
    Installation installation = Installation.discover();
    // Before the first run: a name that nobody registers, and data that is not there.
    optimizers.forEach(
        name -> installation.extensions().create(ExtensionPoint.OPTIMIZER, name, Map.of()));
    tasks.forEach(task -> task.data(checkout));
    Path folder = Path.of(arguments.text("out").orElse("runs"));
    try (Backend backend = installation.openCpu(arguments.count("threads", 2))) {
      for (Task task : tasks) {
        Runs runs = new Runs(installation, checkout, backend, task, plan.steps(), err);
        List<Curve> best =
            optimizers.stream()
                .map(name ->
                    Sweep.over(plan.rates(), plan.mostRates(), rate -> runs.train(name, rate)))
                .map(Sweep::best)
                .toList();
        out.print(table(task, plan, best));
        Path chart = folder.resolve("convergence-" + task.name() + ".svg");
        write(chart, Svg.of(chart(task, best)));
        err.println("wrote " + chart);
      }
    }
  }

  private static String table(Task task, Plan plan, List<Curve> best) {
    List<String> columns = new ArrayList<>(List.of("optimizer", "best rate"));
    task.losses().forEach(loss -> columns.add("steps to " + loss));
    columns.addAll(List.of("loss at " + plan.steps(), "ms a step"));
    Table table = Table.of(1, columns.toArray(String[]::new));
    for (Curve curve : best.stream().sorted(Comparator.comparingDouble(Curve::last)).toList()) {
      List<String> cells = new ArrayList<>();
      cells.add(curve.optimizer());
      cells.add(plain(curve.rate()));
      for (double loss : task.losses()) {
        var steps = curve.stepsTo(loss);
        cells.add(steps.isEmpty() ? Figures.NONE : Long.toString(steps.getAsLong()));
      }
      cells.add(Figures.decimals(curve.last(), 4));
      // In a run that is evaluated after every step, no two steps follow each other at once.
      cells.add(
          Double.isNaN(curve.milliseconds())
              ? Figures.NONE
              : Figures.significant(curve.milliseconds()));
      table = table.row(cells.toArray(String[]::new));
    }
    return "%s, held-out loss, each at its best rate of at least %d:\n\n%s\n"
        .formatted(task.name(), plan.rates().size(), table);
  }

  private static String plain(double rate) {
    return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
  }

  private static Chart chart(Task task, List<Curve> best) {
    List<Chart.Line> lines =
        best.stream()
            .map(curve ->
                new Chart.Line(
                    curve.optimizer() + " at " + plain(curve.rate()),
                    curve.evaluations().stream().mapToDouble(EvaluationReport::step).toArray(),
                    curve.evaluations().stream().mapToDouble(EvaluationReport::loss).toArray()))
            .toList();
    return new Chart(
        "Steps to the same loss: " + task.name(), "steps", "held-out loss", true, lines, List.of());
  }

  private static void write(Path file, String text) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE, "a chart is written", e.toString(), "name another --out", e);
    }
  }

  /**
   * Runs of one task, in folders that are deleted.
   *
   * @param installation what is installed
   * @param checkout where the samples are
   * @param backend who computes
   * @param task what is trained
   * @param steps how many steps
   * @param err takes the progress
   */
  private record Runs(
      Installation installation,
      Checkout checkout,
      Backend backend,
      Task task,
      int steps,
      PrintStream err) {
    Curve train(String optimizer, double rate) {
      Trainer trainer =
          new Trainer(installation.extensions(), installation.backends(), Parts.ordinary());
      Watch watch = new Watch();
      Path folder = temporary();
      boolean diverged = false;
      try {
        trainer.train(
            task.request(checkout, optimizer, rate, steps).into(folder.resolve("run")),
            backend,
            watch);
      } catch (EspalierException e) {
        if (e.code() != ErrorCode.NOT_FINITE) {
          throw e;
        }
        diverged = true;
      } finally {
        delete(folder);
      }
      Curve curve = new Curve(optimizer, rate, watch.evaluations, diverged, watch.milliseconds());
      err.println(
          "%s, %s at %s: %s"
              .formatted(
                  task.name(), optimizer, plain(rate), diverged ? "diverged" : "" + curve.last()));
      return curve;
    }

    private static Path temporary() {
      try {
        return Files.createTempDirectory("espalier-convergence");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void delete(Path folder) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Keeps evaluations, and the time between steps that follow each other at once. */
  private static final class Watch implements TrainingListener {
    private final List<EvaluationReport> evaluations = new ArrayList<>();
    private final List<Double> times = new ArrayList<>();
    private long before;

    @Override
    public void stepped(StepReport report) {
      long now = System.nanoTime();
      if (before != 0) {
        times.add((now - before) / 1e6);
      }
      before = now;
    }

    @Override
    public void evaluated(EvaluationReport report) {
      evaluations.add(report);
      before = 0;
    }

    /** Of the later half: the first steps are interpreted. */
    double milliseconds() {
      return times.isEmpty()
          ? Double.NaN
          : Figures.median(times.subList(times.size() / 2, times.size()));
    }
  }
}
