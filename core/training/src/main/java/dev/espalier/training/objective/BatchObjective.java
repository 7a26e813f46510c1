package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Derivatives;
import dev.espalier.training.model.Model;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The mean loss of a model on a batch. It answers every question, all of them with the same key, so
 * that the same units are dropped at every point that is asked about; only {@link
 * #perExampleGradients} gives each example a key of its own. What is asked twice at the same
 * tensors is traced once.
 */
public final class BatchObjective implements Objective {
  private final Model model;
  private final Loss loss;
  private final Tensor inputs;
  private final Tensor targets;
  private final Key key;
  private final boolean training;
  private final SameTensors<Tensor> values = new SameTensors<>();
  private final SameTensors<ValueAndGradient> gradients = new SameTensors<>();

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
    this.model = model;
    this.loss = loss;
    this.inputs = inputs;
    this.targets = targets;
    this.key = key;
    this.training = training;
  }

  @Override
  public Set<Need> offers() {
    return EnumSet.allOf(Need.class);
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    Optional<Tensor> known =
        gradients.find(parameters).map(ValueAndGradient::value).or(() -> values.find(parameters));
    return known.orElseGet(() -> values.keep(parameters, mean(parameters)));
  }

  private Tensor mean(Tree<Tensor> parameters) {
    return perExample(loss, predict(parameters), targets).mean();
  }

  private Tensor predict(Tree<Tensor> parameters) {
    return model.apply(parameters, inputs, key, training);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return gradients
        .find(parameters)
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
    Tensor cotangent = outputHessian(pushed.values().getFirst(), pushed.tangents().getFirst());
    Derivatives.Pulled pulled =
        Derivatives.vjp(
            leaves -> List.of(predict(parameters.withLeaves(leaves))),
            parameters.leaves(),
            List.of(cotangent));
    return parameters.withLeaves(pulled.cotangents());
  }

  /** The Hessian of the mean loss in the predictions times a vector. */
  private Tensor outputHessian(Tensor predictions, Tensor vector) {
    int batch = predictions.shape().extent(0);
    return loss.outputHessianVector(predictions, targets, vector)
        .map(product -> product.div(batch))
        .orElseGet(() ->
            Derivatives.hessianVector(
                    at -> perExample(loss, at.get("predictions"), targets).mean(),
                    Tree.of("predictions", predictions),
                    Tree.of("predictions", vector))
                .get("predictions"));
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    int batch = inputs.shape().extent(0);
    List<Tensor> arguments = new ArrayList<>();
    arguments.add(inputs);
    arguments.add(targets);
    arguments.add(inputs.iota(TensorType.of(DType.I64, batch), 0));
    arguments.add(key.bits());
    arguments.addAll(parameters.leaves());
    List<Boolean> mapped = new ArrayList<>(List.of(true, true, true, false));
    parameters.paths().forEach(path -> mapped.add(false));
    List<Tensor> gradients =
        Derivatives.vmap(
            in -> {
              Key own = new Key(in.get(3)).fold(in.get(2));
              Tree<Tensor> at = parameters.withLeaves(in.subList(4, in.size()));
              return oneExample(in.get(0).expandDims(0), in.get(1).expandDims(0), own, at);
            },
            arguments,
            mapped);
    return parameters.withLeaves(gradients);
  }

  private List<Tensor> oneExample(Tensor input, Tensor target, Key own, Tree<Tensor> at) {
    return Derivatives.gradient(
            tree -> perExample(loss, model.apply(tree, input, own, training), target).mean(), at)
        .leaves();
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    Tree<Tensor> ordered = parameters.zip(direction, (p, d) -> d);
    return Derivatives.directionalDerivative(this::mean, parameters, ordered, order);
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
