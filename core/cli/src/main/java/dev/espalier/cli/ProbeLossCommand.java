package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.training.Loss;
import dev.espalier.training.probe.LossProbe;
import dev.espalier.training.probe.Portrait;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at a loss. */
@Command(
    name = "loss",
    description = {
      "Shows a loss: value, gradient and Hessian of each example, and the loss along one prediction"
          + " after the other.",
      "An example's predictions are separated by commas, examples by semicolons."
    },
    showDefaultValues = true)
final class ProbeLossCommand implements Callable<Integer> {
  private static final int SCANNED_ORDER = 3;
  private static final int MOST_LINES = 8;

  private final Console console;

  @Parameters(
      paramLabel = "NAME",
      description = "Its name, as in a run file.",
      showDefaultValue = Visibility.NEVER)
  String name = "";

  @Option(
      names = "--predictions",
      paramLabel = "A,B,C;...",
      description = "Where to evaluate it; 0,0,0 for classes and 1 for values where absent.",
      showDefaultValue = Visibility.NEVER)
  @Nullable String predictions;

  @Option(
      names = "--target",
      paramLabel = "T;...",
      description = "The class, or a value for each prediction; 0 where absent.",
      showDefaultValue = Visibility.NEVER)
  @Nullable String target;

  @Option(
      names = "--line",
      paramLabel = "I",
      defaultValue = "0",
      description = "Which prediction the plot varies.")
  int component;

  @Mixin LineOptions line = new LineOptions();
  @Mixin ProbeOptions options = new ProbeOptions();

  ProbeLossCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Loss loss =
        options
            .plugins
            .start()
            .extensions()
            .create(ExtensionPoint.LOSS, name, options.hyperparameters());
    boolean classes = loss.target() == Loss.Target.CLASSES;
    LossProbe probe = new LossProbe(loss, options.type());
    List<double[]> where =
        examples("--predictions", Optional.ofNullable(predictions).orElse(classes ? "0,0,0" : "1"));
    List<double[]> targets = targets(where, classes);
    List<LossProbe.Example> examples = new ArrayList<>();
    for (int i = 0; i < where.size(); i++) {
      examples.add(probe.example(where.get(i), targets.get(i)));
    }
    double[] first = where.getFirst();
    List<Portrait> lines = new ArrayList<>();
    for (int i = 0; i < Math.min(first.length, MOST_LINES); i++) {
      lines.add(
          Portrait.of(
              probe.line(first, targets.getFirst(), i, SCANNED_ORDER),
              line.from,
              line.to,
              line.points));
    }
    if (options.json) {
      console.out().println(Json.line(asJson(loss, examples, lines)));
    } else {
      console.out().print(asText(loss, examples, lines));
    }
    if (options.plot != null) {
      // Refused by the probe where there is no such prediction.
      Portrait shown =
          Portrait.of(
              probe.line(first, targets.getFirst(), component, SCANNED_ORDER),
              line.from,
              line.to,
              line.points);
      options.draw(PortraitText.chart("loss " + name, "prediction " + component, shown, 2));
    }
    console.out().flush();
    return ExitCode.DONE;
  }

  private List<double[]> targets(List<double[]> where, boolean classes) {
    if (target == null) {
      return where.stream().map(p -> new double[classes ? 1 : p.length]).toList();
    }
    List<double[]> targets = examples("--target", target);
    if (targets.size() != where.size()) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "as many targets as examples",
          targets.size() + " targets, " + where.size() + " examples",
          "separate them by semicolons, as in --predictions '1,2;3,4' --target '0;1'");
    }
    return targets;
  }

  private static List<double[]> examples(String option, String text) {
    List<double[]> found = new ArrayList<>();
    for (String example : text.split(";", -1)) {
      found.add(Numbers.list(option, example));
    }
    return found;
  }

  private String asText(Loss loss, List<LossProbe.Example> examples, List<Portrait> lines) {
    StringBuilder text = new StringBuilder("loss " + name + " in " + options.type().text());
    text.append(loss.target() == Loss.Target.CLASSES ? ", for classes\n" : ", for values\n");
    for (LossProbe.Example e : examples) {
      Table table = new Table();
      table.row("value:", Numbers.text(e.value()));
      table.row("gradient:", Numbers.text(e.gradient()));
      String label = "Hessian:";
      for (double[] row : e.hessian()) {
        table.row(label, Numbers.text(row));
        label = "";
      }
      table.row(
          "closed form:",
          e.closedFormError().isPresent()
              ? "differs from the Hessian by at most "
                  + Numbers.text(e.closedFormError().getAsDouble())
              : "none; the Hessian is derived");
      text.append(
          "predictions %s, target %s\n"
              .formatted(Numbers.text(e.predictions()), Numbers.text(e.targets())));
      text.append(table.lines("  "));
    }
    for (int i = 0; i < lines.size(); i++) {
      Portrait p = lines.get(i);
      Table table = PortraitText.facts(p);
      table.row("curvature:", curvature(p));
      text.append(
          "prediction %d from %s to %s, the others as in the first example\n"
              .formatted(i, Numbers.text(line.from), Numbers.text(line.to)));
      text.append(table.lines("  "));
    }
    return text.toString();
  }

  private static String curvature(Portrait p) {
    return "at least %s, at %s: %s"
        .formatted(
            Numbers.text(p.leastCurvature()),
            Numbers.text(p.leastCurvatureAt()),
            p.looksConvex() ? "convex on this line, as far as it was looked at" : "not convex");
  }

  private Map<String, Object> asJson(
      Loss loss, List<LossProbe.Example> examples, List<Portrait> lines) {
    return Json.object(
        "loss", name,
        "target", loss.target() == Loss.Target.CLASSES ? "classes" : "values",
        "dtype", options.type().text(),
        "examples",
            examples.stream()
                .map(e ->
                    Json.object(
                        "predictions", Numbers.list(e.predictions()),
                        "target", Numbers.list(e.targets()),
                        "value", e.value(),
                        "gradient", Numbers.list(e.gradient()),
                        "hessian", List.of(e.hessian()).stream().map(Numbers::list).toList(),
                        "closed_form_error", e.closedFormError()))
                .toList(),
        "lines",
            lines.stream()
                .map(p -> {
                  Map<String, Object> members = PortraitText.json(p);
                  members.put("least_curvature", p.leastCurvature());
                  members.put("least_curvature_at", p.leastCurvatureAt());
                  members.put("looks_convex", p.looksConvex());
                  return members;
                })
                .toList());
  }
}
