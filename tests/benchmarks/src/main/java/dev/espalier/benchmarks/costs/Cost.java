package dev.espalier.benchmarks.costs;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.benchmarks.RandomValues;
import dev.espalier.benchmarks.RunningGraph;
import dev.espalier.benchmarks.RunningStep;
import dev.espalier.benchmarks.TrainingSteps;
import dev.espalier.training.Extensions;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.TrainingStep;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Something whose cost is told in something simpler.
 *
 * @param step the training step that both belong to
 * @param name what costs
 * @param unit what it is told in
 * @param time how many times the unit's time it may take; empty where nothing is promised
 * @param memory how many times the unit's memory it may take; empty where nothing is promised
 * @param period after how many runs its work repeats: what is done in one of ten runs is a tenth of
 *     ten runs
 * @param candidate opens it
 * @param reference opens the unit
 */
record Cost(
    String step,
    String name,
    String unit,
    OptionalDouble time,
    OptionalDouble memory,
    int period,
    Opening candidate,
    Opening reference) {
  /** Makes something run. */
  @FunctionalInterface
  interface Opening {
    RunningGraph open(Backend backend, RandomValues random);
  }

  /** Those that are measured, of every step in turn. */
  static List<Cost> all(Extensions extensions) {
    TrainingSteps steps = new TrainingSteps(extensions);
    return List.of(
        product("mlp", steps, "Hessian-vector product", Objective::hessianVector, 2.5),
        product("gpt", steps, "Hessian-vector product", Objective::hessianVector, 2.5),
        product("mlp", steps, "Gauss-Newton-vector product", Objective::gaussNewtonVector, 2.2),
        product("gpt", steps, "Gauss-Newton-vector product", Objective::gaussNewtonVector, 2.2),
        clipping("mlp", steps),
        clipping("cnn", steps),
        clipping("gpt", steps),
        method("gpt", steps, extensions, "shampoo", Map.of("root_interval", 10L), 10, 1.15),
        method("gpt", steps, extensions, "adahessian", Map.of(), 1, 3));
  }

  private static Cost product(
      String step, TrainingSteps steps, String name, Question question, double time) {
    TrainingStep.Settings settings = steps.settings(step);
    return new Cost(
        step,
        name,
        "gradient",
        OptionalDouble.of(time),
        OptionalDouble.empty(),
        1,
        asking(settings, question),
        asking(settings, Question::gradient));
  }

  private static Opening asking(TrainingStep.Settings settings, Question question) {
    return (backend, random) -> new RunningQuestion(question.graph(settings), backend, random);
  }

  private static Cost clipping(String step, TrainingSteps steps) {
    TrainingStep.Settings settings = steps.settings(step);
    return new Cost(
        step,
        "step of clipped single gradients",
        "plain step",
        OptionalDouble.of(1.25),
        OptionalDouble.of(1.1),
        1,
        stepping(settings.with(Gradients.exact().by(new ClippedGradient()))),
        stepping(settings));
  }

  private static Cost method(
      String step,
      TrainingSteps steps,
      Extensions extensions,
      String optimizer,
      Map<String, ?> parameters,
      int period,
      double time) {
    TrainingStep.Settings settings = steps.settings(step);
    Optimizer other = extensions.create(ExtensionPoint.OPTIMIZER, optimizer, parameters);
    return new Cost(
        step,
        "step of " + optimizer,
        "step of adamw",
        OptionalDouble.of(time),
        OptionalDouble.empty(),
        period,
        stepping(settings.with(other)),
        stepping(settings));
  }

  private static Opening stepping(TrainingStep.Settings settings) {
    return (backend, random) -> new RunningStep(TrainingStep.build(settings), backend, random);
  }
}
