package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Optimizer;
import dev.espalier.training.plot.Chart;
import dev.espalier.training.probe.GradientFile;
import dev.espalier.training.probe.OptimizerPath;
import dev.espalier.training.probe.OptimizerProbe;
import dev.espalier.training.probe.TestFunction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at an optimizer. */
@Command(
    name = "optimizer",
    description = {
      "Shows where an optimizer goes, step by step: under gradients from a file, or on a test"
          + " function (quadratic, rosenbrock, beale, himmelblau, booth, rastrigin,"
          + " styblinski-tang, ackley).",
      "lr (or learning_rate) in --set is the learning rate, constant over the steps and an F32"
          + " number as in training; the other keys are hyperparameters."
    },
    showDefaultValues = true)
final class ProbeOptimizerCommand implements Callable<Integer> {
  private static final double LEARNING_RATE = 1e-3;
  private static final int MOST_STEPS = 1_000_000;
  private static final int ALWAYS_SHOWN = 20;

  private final Console console;

  @Parameters(
      paramLabel = "NAME",
      description = "Its name, as in a run file.",
      showDefaultValue = Visibility.NEVER)
  String name = "";

  @Option(
      names = "--start",
      paramLabel = "X,X,...",
      description = "The first parameters; the test function's own where absent.")
  @Nullable String start;

  @Option(
      names = "--gradients",
      paramLabel = "FILE.csv",
      description = "One row a step, one column a parameter, no header.")
  @Nullable Path gradients;

  @Option(names = "--on", paramLabel = "FUNCTION", description = "The test function.")
  @Nullable String function;

  @Option(
      names = "--condition",
      paramLabel = "K",
      defaultValue = "100",
      description = "The condition number of the quadratic.")
  double condition = 100;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many steps on a test function.")
  int steps = 100;

  @Option(
      names = "--shape",
      paramLabel = "N,N,...",
      description =
          "The shape of the parameter, for optimizers that look at it; a vector where" + " absent.")
  @Nullable String shape;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "For optimizers that draw.")
  long seed = 1;

  @Option(names = "--all", description = "Print every step, however many there are.")
  boolean all;

  @Mixin ProbeOptions options = new ProbeOptions();

  ProbeOptimizerCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if ((gradients == null) == (function == null)) {
      throw new EspalierException(
          ErrorCode.BAD_COMMAND,
          "an optimizer is probed either by --gradients FILE.csv or by --on FUNCTION",
          gradients == null ? "neither" : "both",
          "give one of them");
    }
    Optional<TestFunction> on =
        Optional.ofNullable(function).map(f -> TestFunction.of(f, condition));
    double[] from = from(on);
    Map<String, Object> hyperparameters = new LinkedHashMap<>(options.hyperparameters());
    double rate = rate(hyperparameters);
    Optimizer optimizer =
        options
            .plugins
            .start()
            .extensions()
            .create(ExtensionPoint.OPTIMIZER, name, hyperparameters);
    OptimizerProbe probe =
        new OptimizerProbe("optimizer " + name, optimizer, type(from.length), rate, seed);
    OptimizerPath path =
        on.isPresent()
            ? probe.on(on.get(), from, steps())
            : probe.follow(
                from, GradientFile.read(Optional.ofNullable(gradients).orElseThrow(), from.length));
    if (options.json) {
      console.out().println(Json.line(asJson(path, on, rate)));
    } else {
      console.out().print(asText(path, on, rate));
    }
    options.draw(chart(path, on));
    console.out().flush();
    return ExitCode.DONE;
  }

  private double[] from(Optional<TestFunction> on) {
    if (start != null) {
      return Numbers.list("--start", start);
    }
    return on.map(f -> f.start().apply(Math.max(f.fixedDimensions(), 2)))
        .orElseThrow(() ->
            new EspalierException(
                ErrorCode.BAD_COMMAND,
                "--gradients needs the first parameters",
                "no --start",
                "give it, as in --start 1,-2,3"));
  }

  private int steps() {
    if (steps < 0 || steps > MOST_STEPS) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "--steps from 0 to " + MOST_STEPS,
          Integer.toString(steps),
          "give another number");
    }
    return steps;
  }

  private static double rate(Map<String, Object> hyperparameters) {
    double rate = LEARNING_RATE;
    for (String key : List.of("lr", "learning_rate")) {
      Object given = hyperparameters.remove(key);
      if (given instanceof Number number) {
        rate = number.doubleValue();
      } else if (given != null) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE, key + " is a number", String.valueOf(given), "give a number");
      }
    }
    return rate;
  }

  private TensorType type(int parameters) {
    int[] extents = {parameters};
    if (shape != null) {
      double[] given = Numbers.list("--shape", shape);
      extents = new int[given.length];
      long size = 1;
      for (int i = 0; i < given.length; i++) {
        extents[i] = (int) given[i];
        size *= extents[i] == given[i] && extents[i] > 0 ? extents[i] : 0;
      }
      if (size != parameters) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "--shape has as many elements as there are parameters: " + parameters,
            shape,
            "give another shape, or other parameters by --start");
      }
    }
    return TensorType.of(options.type(), extents);
  }

  private String asText(OptimizerPath path, Optional<TestFunction> on, double rate) {
    StringBuilder text =
        new StringBuilder(
            "optimizer %s in %s, learning rate %s\n"
                .formatted(name, options.type().text(), Numbers.text((float) rate)));
    on.ifPresent(f -> text.append("on %s: %s\n".formatted(f.name(), f.citation().formula())));
    Table table = new Table();
    List<String> head = new ArrayList<>(List.of("step"));
    if (on.isPresent()) {
      head.add("value");
    }
    head.add("|gradient|");
    for (int i = 0; i < path.points().getFirst().length; i++) {
      head.add("w" + (i + 1));
    }
    path.reports().stream().findFirst().ifPresent(report -> head.addAll(report.keySet()));
    table.row(head.toArray(String[]::new));
    for (int step : shown(path.points().size())) {
      List<String> row = new ArrayList<>(List.of(Integer.toString(step)));
      if (on.isPresent()) {
        row.add(Numbers.text(path.values().get(step)));
      }
      row.add(
          step < path.gradientNorms().size() ? Numbers.text(path.gradientNorms().get(step)) : "");
      for (double w : path.points().get(step)) {
        row.add(Numbers.text(w));
      }
      if (step > 0) {
        path.reports().get(step - 1).values().forEach(v -> row.add(Numbers.text(v)));
      }
      table.row(row.toArray(String[]::new));
    }
    text.append(table.lines("  "));
    Table facts = new Table();
    path.firstNotFinite().ifPresent(step -> facts.row("NOT FINITE:", "from step " + step + " on"));
    if (!Arrays.equals(path.points().getLast(), path.evaluationPoint())) {
      facts.row("ships:", Numbers.text(path.evaluationPoint()));
    }
    on.ifPresent(f -> {
      int n = path.points().getLast().length;
      facts.row("least value:", Numbers.text(f.minimum().apply(n)));
      facts.row(
          "distance:",
          Numbers.text(path.distanceToNearest(f.minima().apply(n)))
              + " from the nearest place of the least value");
    });
    return text.append(facts.lines("  ")).toString();
  }

  /** The first steps, about ten in each power of ten after them, and the last. */
  private Iterable<Integer> shown(int points) {
    TreeSet<Integer> shown = new TreeSet<>();
    int gap = 1;
    for (int step = 0; step < points; step += gap) {
      shown.add(step);
      if (!all && step >= ALWAYS_SHOWN && step % (gap * 10) == 0 && step >= gap * ALWAYS_SHOWN) {
        gap *= 10;
      }
    }
    shown.add(points - 1);
    return shown;
  }

  private Chart chart(OptimizerPath path, Optional<TestFunction> on) {
    int count = path.points().size();
    double[] steps = new double[count];
    for (int i = 0; i < count; i++) {
      steps[i] = i;
    }
    List<Chart.Line> lines = new ArrayList<>();
    if (on.isPresent()) {
      double least = on.get().minimum().apply(path.points().getFirst().length);
      double[] above = path.values().stream().mapToDouble(v -> v - least).toArray();
      double[] norms = path.gradientNorms().stream().mapToDouble(v -> v).toArray();
      lines.add(new Chart.Line("f - least", steps, above));
      lines.add(new Chart.Line("|gradient|", Arrays.copyOf(steps, norms.length), norms));
      return new Chart(
          "optimizer " + name + " on " + on.get().name(), "step", "", true, lines, List.of());
    }
    for (int i = 0; i < path.points().getFirst().length; i++) {
      int column = i;
      lines.add(
          new Chart.Line(
              "w" + (i + 1), steps, path.points().stream().mapToDouble(p -> p[column]).toArray()));
    }
    return new Chart("optimizer " + name, "step", "parameter", false, lines, List.of());
  }

  private Map<String, Object> asJson(OptimizerPath path, Optional<TestFunction> on, double rate) {
    Map<String, Object> members =
        Json.object(
            "optimizer", name,
            "dtype", options.type().text(),
            "learning_rate", (double) (float) rate,
            "points", path.points().stream().map(Numbers::list).toList(),
            "gradient_norms", path.gradientNorms(),
            "reports", path.reports(),
            "ships", Numbers.list(path.evaluationPoint()),
            "finite", path.firstNotFinite().isEmpty());
    path.firstNotFinite().ifPresent(step -> members.put("first_not_finite", step));
    on.ifPresent(f -> {
      int n = path.points().getLast().length;
      members.put("function", f.name());
      members.put("values", path.values());
      members.put("least_value", f.minimum().apply(n));
      members.put("distance", path.distanceToNearest(f.minima().apply(n)));
    });
    return members;
  }
}
