package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.ClippedGradients;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.ExampleGradients;
import dev.espalier.training.model.Model;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The mean loss of a model on a batch. It answers every question (about sampled labels, where the
 * loss can draw them), all of them with the same key, so that the same units are dropped at every
 * point that is asked about; only questions about the gradients of single examples give each
 * example a key of its own, in parts of the batch the same as in the whole. What is asked twice at
 * the same tensors is traced once.
 */
public final class BatchObjective implements Objective {
  /** Keys of parts are folded with this first, so that none is an example's. */
  private static final long PARTS = Integer.MAX_VALUE;

  private final Model model;
  private final Loss loss;
  private final Examples examples;
  private final Map<Batch, Examples> others;
  private final Tree<Tensor> fixed;
  private final Key key;
  private final int from;
  private final boolean training;
  private final SameTensors<Tensor> values = new SameTensors<>();
  private final SameTensors<ValueAndGradient> gradients = new SameTensors<>();
  private final SameTensors<ExampleGradients> single = new SameTensors<>();

  /**
   * The objective of a batch, in the trace of its tensors.
   *
   * @param model the model
   * @param loss the loss
   * @param inputs [batch, ...]
   * @param targets [batch, ...], see {@link Loss.Target}
   * @param key fresh in each step
   * @param training whether the model is to behave as in training
   */
  public BatchObjective(
      Model model, Loss loss, Tensor inputs, Tensor targets, Key key, boolean training) {
    this(model, loss, Examples.all(inputs, targets), Map.of(), key, training);
  }

  /**
   * The objective of a batch beside which the step holds others.
   *
   * @param model the model
   * @param loss the loss
   * @param examples the batch
   * @param others what {@link #on} knows
   * @param key fresh in each step
   * @param training whether the model is to behave as in training
   */
  public BatchObjective(
      Model model,
      Loss loss,
      Examples examples,
      Map<Batch, Examples> others,
      Key key,
      boolean training) {
    this(model, loss, examples, others, Tree.empty(), key, 0, training);
  }

  private BatchObjective(
      Model model,
      Loss loss,
      Examples examples,
      Map<Batch, Examples> others,
      Tree<Tensor> fixed,
      Key key,
      int from,
      boolean training) {
    this.model = model;
    this.loss = loss;
    this.examples = examples;
    this.others = Map.copyOf(others);
    this.fixed = fixed;
    this.key = key;
    this.from = from;
    this.training = training;
  }

  @Override
  public Set<Need> offers() {
    Set<Need> offered = EnumSet.allOf(Need.class);
    if (loss.sampler().isEmpty()) {
      offered.remove(Need.SAMPLED_GRADIENT);
    }
    return offered;
  }

  @Override
  public Set<Batch> batches() {
    return others.keySet();
  }

  @Override
  public int rows() {
    return examples.rows();
  }

  @Override
  public Optional<Tensor> present() {
    return examples.present();
  }

  @Override
  public Tensor examples(Tensor like) {
    return examples.count(like.dtype());
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    Optional<Tensor> known =
        gradients
            .find(parameters, ValueAndGradient::value)
            .map(ValueAndGradient::value)
            .or(() -> values.find(parameters, value -> value));
    return known.orElseGet(() -> values.keep(parameters, mean(parameters)));
  }

  private Tensor mean(Tree<Tensor> parameters) {
    return meanLoss(predict(parameters));
  }

  private Tensor meanLoss(Tensor predictions) {
    return examples.mean(perExample(loss, predictions, examples.targets()));
  }

  private Tensor predict(Tree<Tensor> parameters) {
    Key own = from == 0 ? key : key.fold(PARTS).fold(from);
    return model.apply(parameters.and(fixed), examples.inputs(), own, training);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return gradients
        .find(parameters, ValueAndGradient::value)
        .orElseGet(
            () -> gradients.keep(parameters, Derivatives.valueAndGradient(this::mean, parameters)));
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return Derivatives.hessianVector(this::mean, parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    Tree<Tensor> ordered = parameters.zip(vector, (p, v) -> v);
    Derivatives.Pushed pushed =
        Derivatives.jvp(
            leaves -> List.of(predict(parameters.withLeaves(leaves))),
            parameters.leaves(),
            ordered.leaves());
    return pulled(
        parameters, outputHessian(pushed.values().getFirst(), pushed.tangents().getFirst()));
  }

  /** What a covector of the predictions is for the parameters. */
  private Tree<Tensor> pulled(Tree<Tensor> parameters, Tensor cotangent) {
    return parameters.withLeaves(
        Derivatives.vjp(
                leaves -> List.of(predict(parameters.withLeaves(leaves))),
                parameters.leaves(),
                List.of(cotangent))
            .cotangents());
  }

  /** The Hessian of the mean loss in the predictions times a vector. */
  private Tensor outputHessian(Tensor predictions, Tensor vector) {
    return loss.outputHessianVector(predictions, examples.targets(), vector)
        .map(product -> {
          Tensor count = examples.count(product.dtype()).broadcast(product.shape());
          return examples.counted(product).div(count);
        })
        .orElseGet(() ->
            Derivatives.hessianVector(
                    at -> meanLoss(at.get("predictions")),
                    Tree.of("predictions", predictions),
                    Tree.of("predictions", vector))
                .get("predictions"));
  }

  @Override
  public Tensor perExampleValues(Tree<Tensor> parameters) {
    return examples.counted(perExample(loss, predict(parameters), examples.targets()));
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return single(parameters).gradients().map(examples::counted);
  }

  @Override
  public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    Optional<Tensor> present = examples.present();
    ClippedGradients.Clipped clipped =
        single
            .find(parameters, ExampleGradients::losses)
            .map(of -> of.clipped(clipping, present))
            .orElseGet(() ->
                ClippedGradients.of(parameters, slices(), lossOf(this::own), clipping, present));
    return new ClippedSum(examples.mean(clipped.losses()), clipped.sum(), clipped.norms());
  }

  private ExampleGradients single(Tree<Tensor> parameters) {
    return single
        .find(parameters, ExampleGradients::losses)
        .orElseGet(() ->
            single.keep(parameters, new ExampleGradients(parameters, slices(), lossOf(this::own))));
  }

  /** The loss of one example. */
  private Tensor own(Tensor predictions, Tensor target, Tensor number) {
    return perExample(loss, predictions, target).mean();
  }

  /** What is made of the predictions for one example, with a batch axis of extent 1. */
  private interface OfOne {
    Tensor apply(Tensor predictions, Tensor target, Tensor number);
  }

  /** What of each row an example's loss is made of. */
  private List<Tensor> slices() {
    return List.of(examples.inputs(), examples.targets(), numbers());
  }

  private BiFunction<Tree<Tensor>, List<Tensor>, Tensor> lossOf(OfOne of) {
    return (at, in) -> {
      Tensor number = in.get(2);
      Tensor predictions =
          model.apply(at.and(fixed), in.get(0).expandDims(0), key.fold(number), training);
      return of.apply(predictions, in.get(1).expandDims(0), number);
    };
  }

  @Override
  public Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    ExampleGradients of =
        sampled
            .map(drawing ->
                new ExampleGradients(
                    parameters,
                    slices(),
                    lossOf((predictions, target, number) -> {
                      Tensor drawn = sampler().sample(predictions, target, drawing.fold(number));
                      return predictions.mul(drawn.stopGradient()).sum();
                    })))
            .orElseGet(() -> single(parameters));
    return counted(of.layerStatistics());
  }

  private Tree<LayerStatistics> counted(Tree<LayerStatistics> all) {
    return all.map(s ->
        new LayerStatistics(
            examples.counted(s.inputs()),
            examples.counted(s.outputGradients()),
            s.axes(),
            s.inputAxes(),
            s.parameter()));
  }

  private Loss.OutputSampler sampler() {
    return loss.sampler()
        .orElseThrow(() ->
            Objective.notOffered(
                "loss " + loss.getClass().getSimpleName() + ", from which no labels are drawn,",
                Need.SAMPLED_GRADIENT,
                offers()));
  }

  /** Each example's labels drawn with a key of its own, as in {@link #layerStatistics}. */
  private Tensor drawn(Tensor predictions, Key drawing) {
    return Derivatives.vmap(
            in ->
                List.of(
                    sampler()
                        .sample(
                            in.get(0).expandDims(0),
                            in.get(1).expandDims(0),
                            drawing.fold(in.get(2)))
                        .squeeze(0)),
            List.of(predictions, examples.targets(), numbers()),
            List.of(true, true, true))
        .getFirst();
  }

  /** The rows' numbers in the whole batch, with which each example's key is made. */
  private Tensor numbers() {
    Tensor rows = examples.inputs().iota(TensorType.of(DType.I64, rows()), 0);
    return from == 0 ? rows : rows.add(from);
  }

  @Override
  public Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key drawing) {
    Tensor drawn = examples.counted(drawn(predict(parameters), drawing));
    Tensor root = examples.count(drawn.dtype()).sqrt();
    return pulled(parameters, drawn.div(root.broadcast(drawn.shape())));
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    Tree<Tensor> ordered = parameters.zip(direction, (p, d) -> d);
    return Derivatives.directionalDerivative(this::mean, parameters, ordered, order);
  }

  @Override
  public Objective on(Batch batch) {
    if (!others.containsKey(batch)) {
      return Objective.super.on(batch);
    }
    return about(Objects.requireNonNull(others.get(batch)), Map.of(), fixed, 0);
  }

  @Override
  public Objective part(int first, int end) {
    return about(examples.part(first, end), others, fixed, from + first);
  }

  @Override
  public Objective holding(Tree<Tensor> more) {
    return more.isEmpty() ? this : about(examples, others, fixed.and(more), from);
  }

  private Objective about(Examples of, Map<Batch, Examples> beside, Tree<Tensor> held, int first) {
    return new BatchObjective(model, loss, of, beside, held, key, first, training);
  }

  /**
   * The loss of each example, checked to be one number for each.
   *
   * @throws EspalierException TYPE_MISMATCH where the loss gives anything else
   */
  public static Tensor perExample(Loss loss, Tensor predictions, Tensor targets) {
    Tensor losses = loss.perExample(predictions, targets);
    if (!losses.shape().equals(Shape.of(predictions.shape().extent(0)))) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "loss " + loss.getClass().getSimpleName() + " gives one number for each example",
          losses.type() + " for predictions " + predictions.type(),
          "take the mean over the other axes");
    }
    return losses;
  }
}
