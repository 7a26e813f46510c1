package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.training.model.Model;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.objective.Bf16Objective;
import dev.espalier.training.objective.ClippedByNorm;
import dev.espalier.training.objective.NormRecorder;
import dev.espalier.training.objective.RestrictedObjective;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ordinary step: an optimizer moves a model's parameters against its loss on the batch. Its
 * metrics are the loss and, where targets are classes, the accuracy.
 *
 * @param settings what it is made of; the types of the batches are those that it is called with
 */
public record OptimizerStep(TrainingStep.Settings settings) implements StepFunction {
  private static final String THE_BATCH = "the loss on the batch";

  @Override
  public Held init(Key key) {
    Tree<Tensor> first = settings.model().init(key);
    return new Held(first, settings.optimizer().init(first));
  }

  @Override
  public Update step(Held held, Tensor inputs, Tensor targets, Tensor number, Key key) {
    Tensor rate = learningRate(number);
    StepContext context = new StepContext(number, rate, key.fold(0));
    Model checked = new CheckedModel(settings.model(), settings.loss(), targets.type());
    Objective exact =
        new BatchObjective(checked, settings.loss(), inputs, targets, key.fold(1), true);
    Objective batch =
        switch (settings.precision()) {
          case F32 -> exact;
          case BF16 -> new Bf16Objective(exact);
        };
    NormRecorder recorder = new NormRecorder(held.parameters());
    Objective objective = objective(batch, recorder, context, key);
    Optimizer optimizer = settings.optimizer();
    Optimizer.Step done = optimizer.step(objective, held.parameters(), held.state(), context);
    return new Update(
        new Held(
            conforming("parameters", held.parameters(), done.parameters()),
            conforming("state", held.state(), done.state())),
        StepFault.scalar(optimizer, "loss", done.loss()),
        recorder.norm().orElseGet(() -> rate.zerosLike()),
        rate,
        done.report().mapWithPath((name, value) -> StepFault.scalar(optimizer, name, value)));
  }

  @Override
  public List<String> metrics() {
    return settings.loss().target() == Loss.Target.CLASSES
        ? List.of("loss", "accuracy")
        : List.of("loss");
  }

  @Override
  public Tree<Tensor> evaluate(Held held, Tensor inputs, Tensor targets) {
    Tensor predictions = predict(held, inputs);
    Targets.require(settings.loss(), predictions.type(), targets.type());
    Tree<Tensor> losses =
        Tree.of("loss", BatchObjective.perExample(settings.loss(), predictions, targets));
    return settings.loss().target() == Loss.Target.CLASSES
        ? losses.and("accuracy", Targets.correct(predictions, targets))
        : losses;
  }

  /** The predictions at the optimizer's evaluation point; nothing is dropped. */
  @Override
  public Tensor predict(Held held, Tensor inputs) {
    Tree<Tensor> point =
        conforming(
            "evaluation point",
            held.parameters(),
            settings.optimizer().evaluationPoint(held.parameters(), held.state()));
    Key unused = new Key(inputs.constant(DType.I64, 0L));
    return settings.model().apply(point, inputs, unused, false);
  }

  private Tree<Tensor> conforming(String what, Tree<Tensor> expected, Tree<Tensor> found) {
    return StepFault.conforming(settings.optimizer(), what, expected.map(Tensor::type), found);
  }

  private Tensor learningRate(Tensor step) {
    Tensor total = step.constant(DType.F64, (double) settings.totalSteps());
    Tensor factor = settings.schedule().factor(step.to(DType.F64), total);
    if (!factor.type().equals(TensorType.of(DType.F64))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "schedule " + StepFault.name(settings.schedule()) + " gives an f64 scalar",
          factor.type().toString(),
          "make its factor a scalar");
    }
    return factor.mul(settings.learningRate()).to(DType.F32);
  }

  /**
   * The batch's objective, in the estimator's way, watched, clipped, restricted to what the
   * optimizer declares. What an estimator hands through is asked by the optimizer, so both
   * declarations count inside.
   */
  private Objective objective(
      Objective batch, NormRecorder recorder, StepContext context, Key key) {
    Optimizer optimizer = settings.optimizer();
    Objective estimated =
        settings
            .estimator()
            .map(estimator -> {
              // Its own needs first, so that a refusal names the estimator alone.
              Objective own =
                  new RestrictedObjective(
                      batch, THE_BATCH, StepFault.name(estimator), estimator.needs());
              Set<Objective.Need> both = new HashSet<>(own.offers());
              both.addAll(optimizer.needs());
              both.retainAll(batch.offers());
              String user = StepFault.name(estimator) + " for " + StepFault.name(optimizer);
              StepContext inside =
                  new StepContext(context.step(), context.learningRate(), key.fold(2));
              return estimator.estimate(
                  new RestrictedObjective(batch, THE_BATCH, user, both), inside);
            })
            .orElse(batch);
    Objective watched = recorder.watch(estimated);
    Objective clipped = watched;
    if (settings.clipNorm().isPresent()) {
      clipped = new ClippedByNorm(settings.clipNorm().getAsDouble()).estimate(watched, context);
    }
    String offeredBy = settings.estimator().map(StepFault::name).orElse(THE_BATCH);
    return new RestrictedObjective(
        clipped, offeredBy, StepFault.name(optimizer), optimizer.needs());
  }
}
