package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.training.Activation;
import dev.espalier.training.probe.ActivationProbe;
import dev.espalier.training.probe.Curve;
import dev.espalier.training.probe.Portrait;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Looks at an activation. */
@Command(
    name = "activation",
    description = {
      "Shows an activation: values and derivatives, range, minimum, and where it is not smooth.",
      "It is evaluated with its initial parameters, as in evaluation, with a fixed key. The line is"
          + " scanned in f64."
    },
    showDefaultValues = true)
final class ProbeActivationCommand implements Callable<Integer> {
  /** Nested derivatives cost about one and a half times as much with each order. */
  private static final int HIGHEST_ORDER = 12;

  /** What the scan needs. */
  private static final int SCANNED_ORDER = 3;

  private final Console console;

  @Parameters(
      paramLabel = "NAME",
      description = "Its name, as in a run file.",
      showDefaultValue = Visibility.NEVER)
  String name = "";

  @Option(
      names = "--at",
      paramLabel = "X,X,...",
      defaultValue = "-2,-1,0,1,2",
      description = "Where to evaluate it.")
  String at = "";

  @Option(
      names = "--derivatives",
      paramLabel = "N",
      defaultValue = "3",
      description = "The highest derivative, at most " + HIGHEST_ORDER + ".")
  int derivatives = SCANNED_ORDER;

  @Option(
      names = "--input",
      paramLabel = "FORM",
      defaultValue = "x",
      description = "The features of the input: x, or for a gated unit as in x,1.")
  String input = "x";

  @Option(
      names = "--output",
      paramLabel = "I",
      defaultValue = "0",
      description = "Which feature of the result is shown.")
  int output;

  @Mixin LineOptions line = new LineOptions();
  @Mixin ProbeOptions options = new ProbeOptions();

  ProbeActivationCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (derivatives < 0 || derivatives > HIGHEST_ORDER) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "--derivatives from 0 to " + HIGHEST_ORDER,
          Integer.toString(derivatives),
          "ask for fewer");
    }
    double[] points = Numbers.list("--at", at);
    DType type = options.type();
    Activation activation =
        options
            .plugins
            .start()
            .extensions()
            .create(ExtensionPoint.ACTIVATION, name, options.hyperparameters());
    ActivationProbe probe = new ActivationProbe(activation, form(), output);
    Curve table = probe.curve(type, derivatives);
    double[][] values = table.at(points);
    Portrait portrait =
        Portrait.of(
            probe.curve(DType.F64, Math.max(SCANNED_ORDER, derivatives)),
            line.from,
            line.to,
            line.points);
    if (options.json) {
      console
          .out()
          .println(
              Json.line(
                  Json.object(
                      "activation", name,
                      "input", probe.text(),
                      "dtype", type.text(),
                      "at", Numbers.list(points),
                      "values", List.of(values).stream().map(Numbers::list).toList(),
                      "scan", PortraitText.json(portrait))));
    } else {
      console.out().print(text(points, values, portrait, type));
    }
    options.draw(
        PortraitText.chart(
            "activation " + name, "x", portrait, Math.max(1, Math.min(derivatives, 3))));
    console.out().flush();
    return ExitCode.DONE;
  }

  private List<OptionalDouble> form() {
    List<OptionalDouble> form = new ArrayList<>();
    for (String word : input.split(",", -1)) {
      form.add(
          word.strip().equals("x")
              ? OptionalDouble.empty()
              : OptionalDouble.of(Numbers.one("--input", word)));
    }
    return form;
  }

  private String text(double[] points, double[][] values, Portrait portrait, DType type) {
    Table table = new Table();
    List<String> head = new ArrayList<>(List.of("x"));
    for (int order = 0; order < values.length; order++) {
      head.add(PortraitText.name(order));
    }
    table.row(head.toArray(String[]::new));
    for (int i = 0; i < points.length; i++) {
      List<String> row = new ArrayList<>(List.of(Numbers.text(points[i])));
      for (double[] ofOrder : values) {
        row.add(Numbers.text(ofOrder[i]));
      }
      table.row(row.toArray(String[]::new));
    }
    return "activation %s in %s\n%sfrom x = %s to %s, %d points in f64\n%s"
        .formatted(
            name,
            type.text(),
            table.lines("  "),
            Numbers.text(line.from),
            Numbers.text(line.to),
            line.points,
            PortraitText.facts(portrait).lines("  "));
  }
}
