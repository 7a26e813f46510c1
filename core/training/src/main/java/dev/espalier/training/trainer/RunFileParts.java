package dev.espalier.training.trainer;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.PathPattern;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.ParameterGroup;
import dev.espalier.training.Extensions;
import dev.espalier.training.config.Named;
import dev.espalier.training.config.RunConfig;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.data.Batching;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.step.Gradients;
import dev.espalier.training.step.LearningRate;
import dev.espalier.training.step.StepFunction;
import dev.espalier.training.step.StepInputs;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a run file names, made.
 *
 * @param config the run file
 * @param data its data, read
 * @param extensions makes what it names
 * @param parts make a run of it
 */
record RunFileParts(RunConfig config, PreparedData data, Extensions extensions, Parts parts) {

  /** The run, to train. */
  Assembly assemble() {
    UsedExtensions used = new UsedExtensions(extensions);
    Optional<GradientEstimator> estimator = estimator(used);
    BatchSource batches =
        Assembly.batches(batching(estimator), data.training(), config.batch(), config.seed());
    long steps =
        config.steps().isPresent()
            ? config.steps().getAsLong()
            : Assembly.stepsFor(config.epochs().getAsDouble(), batches);
    Batch batch = batches.allocate();
    StepFunction step = step(used, estimator, steps, batch.inputs().type(), batch.targets().type());
    return Assembly.of(
        new Run(
            config.name(),
            config.seed(),
            step,
            data.training(),
            data.validation(),
            config.batch(),
            steps,
            config.evaluateEvery(),
            config.checkpointEvery(),
            config.keep(),
            new Run.Origin(config.tree(), used.plugins(), data.source())),
        batches);
  }

  /** The step of a run that is not trained any further. */
  TrainingStep trained() {
    TensorType inputs = data.training().inputType(config.batch());
    TensorType targets = data.training().targetType(config.batch());
    // How many steps there are moves only the learning rate.
    StepFunction step =
        step(extensions, estimator(extensions), config.steps().orElse(1), inputs, targets);
    Map<Objective.Batch, Integer> rows = new EnumMap<>(Objective.Batch.class);
    step.batches().forEach(other -> rows.put(other, config.batch()));
    return TrainingStep.build(step, StepInputs.of(inputs, targets).holding(rows));
  }

  /** The run's model. */
  Model model(Extensions from) {
    return Models.create(
        config.model().kind(),
        Params.of(config.model().params()),
        data.inputType(),
        data.outputs(),
        from);
  }

  /** The run's loss. */
  Loss loss(Extensions from) {
    return create(from, ExtensionPoint.LOSS, config.loss());
  }

  /** The hyperparameters of the estimator that may be others when a run goes on. */
  static Set<String> changeable(RunConfig config, Extensions from) {
    return estimator(config, from).map(GradientEstimator::changeable).orElse(Set.of());
  }

  private Optional<GradientEstimator> estimator(Extensions from) {
    return estimator(config, from);
  }

  private static Optional<GradientEstimator> estimator(RunConfig config, Extensions from) {
    return config.estimator().map(named -> create(from, ExtensionPoint.GRADIENT_ESTIMATOR, named));
  }

  private Batching batching(Optional<GradientEstimator> estimator) {
    boolean secret =
        estimator.map(GradientEstimator::sampling).orElse(ExampleSampling.ANY)
            == ExampleSampling.SECRET_POISSON;
    return switch (config.sampling()) {
      case SHUFFLED -> parts.batching();
      case POISSON -> secret ? Batching.secretPoisson() : Batching.poisson();
      case SHUFFLED_NOT_WHAT_THE_ACCOUNTANT_ASSUMES -> parts.batching().unaccounted();
    };
  }

  private StepFunction step(
      Extensions from,
      Optional<GradientEstimator> estimator,
      long steps,
      TensorType inputs,
      TensorType targets) {
    return parts
        .step()
        .build(
            new TrainingStep.Settings(
                model(from),
                loss(from),
                optimizer(from),
                new LearningRate(
                    create(from, ExtensionPoint.SCHEDULE, config.schedule()),
                    config.learningRate(),
                    steps),
                new Gradients(
                    estimator,
                    config.clip(),
                    config.precision(),
                    config.frozen().stream().map(PathPattern::new).toList()),
                StepInputs.of(inputs, targets)));
  }

  private Optimizer optimizer(Extensions from) {
    Optimizer rest = create(from, ExtensionPoint.OPTIMIZER, config.optimizer());
    List<ParameterGroup> groups = new ArrayList<>();
    for (RunConfig.Group group : config.groups()) {
      Optimizer own =
          group
              .optimizer()
              .map(named -> create(from, ExtensionPoint.OPTIMIZER, named))
              .orElse(rest);
      groups.add(new ParameterGroup(new PathPattern(group.match()), own, group.rate()));
    }
    return groups.isEmpty() ? rest : Optimizer.grouped(groups, rest);
  }

  private static <T> T create(Extensions from, ExtensionPoint<T> point, Named named) {
    return from.create(point, named.kind(), named.params());
  }
}
