package dev.espalier.training.step;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.PathPattern;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.RunGuard;
import dev.espalier.api.training.StepContext;
import dev.espalier.training.model.Model;
import dev.espalier.training.objective.BatchObjective;
import dev.espalier.training.objective.Bf16Objective;
import dev.espalier.training.objective.ClippedByNorm;
import dev.espalier.training.objective.Examples;
import dev.espalier.training.objective.NormRecorder;
import dev.espalier.training.objective.RestrictedObjective;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The ordinary step: an optimizer moves a model's parameters against its loss on the batch. Its
 * metrics are the loss and, where targets are classes, the accuracy.
 *
 * @param settings what it is made of; the types of the batches are those that it is called with
 */
public record OptimizerStep(TrainingStep.Settings settings) implements StepFunction {
  private static final String THE_BATCH = "the loss on the batch";

  /** With an estimator that remembers something, the two states lie under these. */
  private static final String OF_OPTIMIZER = "optimizer";

  private static final String OF_ESTIMATOR = "estimator";

  private Gradients gradients() {
    return settings.gradients();
  }

  @Override
  public Held init(Key key) {
    Tree<Tensor> first = settings.model().init(key);
    Tree<Tensor> moved = moved(first);
    Tree<Tensor> own = settings.optimizer().init(ofZeros(first, key), moved);
    Tree<Tensor> other =
        gradients().estimator().map(estimator -> estimator.init(moved)).orElse(Tree.empty());
    return new Held(first, other.isEmpty() ? own : joined(own, other));
  }

  /** What the optimizer may learn types from before there is a batch. */
  private Objective ofZeros(Tree<Tensor> all, Key key) {
    List<Tensor> zeros =
        settings.inputs().types().stream()
            .map(type -> key.bits().constant(type.dtype(), 0L).broadcast(type.shape()))
            .toList();
    Objective batch = batch(all, settings.inputs().batches(zeros), key);
    Optimizer optimizer = settings.optimizer();
    Set<Objective.Need> needs = new HashSet<>(optimizer.needs());
    // What an estimator answers in the batch's place is not known here, and needs no batch.
    needs.retainAll(batch.offers());
    return new RestrictedObjective(batch, THE_BATCH, StepFault.name(optimizer), needs, Set.of());
  }

  private Objective batch(Tree<Tensor> all, Batches batches, Key key) {
    Model checked =
        new CheckedModel(settings.model(), settings.loss(), batches.own().targets().type());
    Objective exact =
        new BatchObjective(checked, settings.loss(), batches.own(), batches.others(), key, true)
            .holding(all.filter(this::isFrozen));
    return switch (gradients().precision()) {
      case F32 -> exact;
      case BF16 -> new Bf16Objective(exact);
    };
  }

  private static Tree<Tensor> joined(Tree<Tensor> optimizer, Tree<Tensor> estimator) {
    return optimizer.under(OF_OPTIMIZER).and(estimator.under(OF_ESTIMATOR));
  }

  /** The parameters that are not frozen. */
  private Tree<Tensor> moved(Tree<Tensor> parameters) {
    for (PathPattern pattern : gradients().frozen()) {
      if (parameters.paths().stream().noneMatch(pattern::matches)) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "a pattern of frozen parameters matches some",
            "'" + pattern + "' matches none of " + parameters.paths(),
            "correct the pattern");
      }
    }
    return parameters.filter(path -> !isFrozen(path));
  }

  private boolean isFrozen(String path) {
    return gradients().frozen().stream().anyMatch(pattern -> pattern.matches(path));
  }

  /** Whether the state is that of an estimator too. */
  private boolean remembers(Tree<Tensor> parameters) {
    return gradients().estimator().map(e -> !e.init(parameters).isEmpty()).orElse(false);
  }

  @Override
  public Update step(Held held, Tensor inputs, Tensor targets, Tensor number, Key key) {
    return step(held, new Batches(Examples.all(inputs, targets), Map.of()), number, key);
  }

  @Override
  public Update step(Held held, Batches batches, Tensor number, Key key) {
    Tensor rate = settings.learningRate().at(number);
    StepContext context = new StepContext(number, rate, key.fold(0));
    Tree<Tensor> parameters = moved(held.parameters());
    Objective batch = batch(held.parameters(), batches, key.fold(1));
    NormRecorder recorder = new NormRecorder(parameters);
    boolean both = remembers(parameters);
    Tree<Tensor> own = both ? held.state().subtree(OF_OPTIMIZER) : held.state();
    Tree<Tensor> other = both ? held.state().subtree(OF_ESTIMATOR) : Tree.empty();
    GradientEstimator.Estimate estimate =
        estimate(batch, parameters, other, context, key, batches.drawn());
    Objective objective = objective(estimate.objective(), recorder);
    Optimizer optimizer = settings.optimizer();
    Optimizer.Step done = optimizer.step(objective, parameters, own, context);
    Tree<Tensor> next = conforming("parameters", parameters, done.parameters());
    Tree<Tensor> state = conforming("state", own, done.state());
    if (both) {
      Object estimator = gradients().estimator().orElseThrow();
      state =
          joined(
              state,
              StepFault.conforming(estimator, "state", other.map(Tensor::type), estimate.state()));
    }
    Tree<Tensor> report =
        done.report().mapWithPath((name, value) -> StepFault.scalar(optimizer, name, value));
    return new Update(
        new Held(
            held.parameters().mapWithPath((path, p) -> isFrozen(path) ? p : next.get(path)), state),
        StepFault.scalar(optimizer, "loss", done.loss()),
        recorder.norm().orElseGet(() -> rate.zerosLike()),
        rate,
        report.and(
            estimate
                .report()
                .mapWithPath((name, value) -> StepFault.scalar(estimate.objective(), name, value))),
        done.next());
  }

  @Override
  public Set<Objective.Batch> batches() {
    Set<Objective.Batch> all = EnumSet.noneOf(Objective.Batch.class);
    all.addAll(settings.optimizer().batches());
    gradients().estimator().ifPresent(estimator -> all.addAll(estimator.batches()));
    return all;
  }

  @Override
  public Optional<HostDraws> hostDraws() {
    return gradients().estimator().flatMap(GradientEstimator::hostDraws).map(OfMoved::new);
  }

  /** What an estimator wants drawn: it knows of no frozen parameters. */
  private final class OfMoved implements HostDraws {
    private final HostDraws wanted;

    OfMoved(HostDraws wanted) {
      this.wanted = wanted;
    }

    @Override
    public Tree<TensorType> types(Tree<TensorType> parameters) {
      return wanted.types(parameters.filter(path -> !isFrozen(path)));
    }

    @Override
    public Source open() {
      return wanted.open();
    }
  }

  @Override
  public ExampleSampling sampling() {
    return gradients().estimator().map(GradientEstimator::sampling).orElse(ExampleSampling.ANY);
  }

  @Override
  public List<RunGuard> guards() {
    return gradients().estimator().map(GradientEstimator::guards).orElse(List.of());
  }

  @Override
  public Set<String> changeable() {
    return gradients().estimator().map(GradientEstimator::changeable).orElse(Set.of());
  }

  @Override
  public Optional<Long> firstBatch() {
    return settings.optimizer().firstBatch();
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
    Tree<Tensor> parameters = moved(held.parameters());
    Tree<Tensor> own = remembers(parameters) ? held.state().subtree(OF_OPTIMIZER) : held.state();
    Tree<Tensor> point =
        conforming(
            "evaluation point", parameters, settings.optimizer().evaluationPoint(parameters, own));
    Key unused = new Key(inputs.constant(DType.I64, 0L));
    Tree<Tensor> all = point.and(held.parameters().filter(this::isFrozen));
    return settings.model().apply(all, inputs, unused, false);
  }

  private Tree<Tensor> conforming(String what, Tree<Tensor> expected, Tree<Tensor> found) {
    return StepFault.conforming(settings.optimizer(), what, expected.map(Tensor::type), found);
  }

  /**
   * The batch's objective in the estimator's way. What an estimator hands through is asked by the
   * optimizer, so both declarations count inside.
   */
  private GradientEstimator.Estimate estimate(
      Objective batch,
      Tree<Tensor> parameters,
      Tree<Tensor> state,
      StepContext context,
      Key key,
      Tree<Tensor> drawn) {
    if (gradients().estimator().isEmpty()) {
      return GradientEstimator.Estimate.of(batch);
    }
    GradientEstimator estimator = gradients().estimator().get();
    Optimizer optimizer = settings.optimizer();
    // Its own needs first, so that a refusal names the estimator alone.
    Objective own =
        new RestrictedObjective(
            batch, THE_BATCH, StepFault.name(estimator), estimator.needs(), estimator.batches());
    Set<Objective.Need> needs = new HashSet<>(own.offers());
    needs.addAll(optimizer.needs());
    needs.addAll(estimator.handsThrough());
    needs.retainAll(batch.offers());
    Set<Objective.Batch> batches = new HashSet<>(own.batches());
    batches.addAll(optimizer.batches());
    batches.retainAll(batch.batches());
    String user = StepFault.name(estimator) + " for " + StepFault.name(optimizer);
    return estimator.estimate(
        new RestrictedObjective(batch, THE_BATCH, user, needs, batches),
        parameters,
        state,
        new StepContext(context.step(), context.learningRate(), key.fold(2)).drawing(drawn));
  }

  /** Watched, clipped, restricted to what the optimizer declares. */
  private Objective objective(Objective estimated, NormRecorder recorder) {
    Optimizer optimizer = settings.optimizer();
    Objective watched = recorder.watch(estimated);
    Objective clipped = watched;
    if (gradients().clipNorm().isPresent()) {
      clipped = new ClippedByNorm(gradients().clipNorm().getAsDouble()).of(watched);
    }
    String offeredBy = gradients().estimator().map(StepFault::name).orElse(THE_BATCH);
    return new RestrictedObjective(
        clipped, offeredBy, StepFault.name(optimizer), optimizer.needs(), optimizer.batches());
  }
}
