package dev.espalier.training.probe;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.objective.BatchObjective;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A loss at given predictions and targets: value, gradient and Hessian of single examples, and the
 * loss as a curve in one of the predictions. Predictions are a vector of numbers, the last axis of
 * what a model gives: logits of classes, or values.
 *
 * @param loss the loss
 * @param dtype the type of the predictions, F32 or F64
 */
public record LossProbe(Loss loss, DType dtype) {
  /** The most predictions of an example: the Hessian is whole. */
  public static final int MOST_PREDICTIONS = 64;

  /**
   * What a loss gives for one example.
   *
   * @param predictions the predictions
   * @param targets the index of a class, or a value for each prediction
   * @param value the loss
   * @param gradient its derivative in each prediction
   * @param hessian its second derivatives, by row
   * @param closedFormError the largest difference between an entry of the Hessian and the loss's
   *     closed form of it; empty where there is no closed form
   */
  public record Example(
      double[] predictions,
      double[] targets,
      double value,
      double[] gradient,
      double[][] hessian,
      OptionalDouble closedFormError) {}

  /**
   * One example.
   *
   * @throws EspalierException BAD_VALUE where targets and predictions do not fit
   */
  public Example example(double[] predictions, double[] targets) {
    require(predictions, targets);
    int n = predictions.length;
    List<NdArray> inputs =
        List.of(NdArray.of(predictions, 1, n).convert(dtype), targets(targets, 1));
    Graph graph =
        Simplify.simplify(
            Graph.trace("loss", inputs.stream().map(NdArray::type).toList(), in -> answers(in, n)));
    List<NdArray> found = Reference.run(graph, inputs);
    double[][] hessian = rows(found.subList(2, 2 + n));
    OptionalDouble error = OptionalDouble.empty();
    if (found.size() > 2 + n) {
      double[][] closed = rows(found.subList(2 + n, 2 + 2 * n));
      double largest = 0;
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
          largest = Math.max(largest, Math.abs(closed[i][j] - hessian[i][j]));
        }
      }
      error = OptionalDouble.of(largest);
    }
    return new Example(
        predictions.clone(),
        targets.clone(),
        found.get(0).getDouble(0),
        found.get(1).toDoubles(),
        hessian,
        error);
  }

  private static double[][] rows(List<NdArray> arrays) {
    return arrays.stream().map(NdArray::toDoubles).toArray(double[][]::new);
  }

  private List<Tensor> answers(List<Tensor> in, int n) {
    Tensor predictions = in.get(0);
    Tensor targets = in.get(1);
    Tree<Tensor> at = Tree.of("predictions", predictions);
    Objective.ValueAndGradient first =
        Derivatives.valueAndGradient(tree -> total(tree, targets), at);
    List<Tensor> derived = new ArrayList<>();
    List<Tensor> closed = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double[] unit = new double[n];
      unit[i] = 1;
      Tensor direction = predictions.constant(NdArray.of(unit, 1, n).convert(dtype));
      derived.add(
          Derivatives.hessianVector(
                  tree -> total(tree, targets), at, Tree.of("predictions", direction))
              .get("predictions"));
      Optional<Tensor> form = loss.outputHessianVector(predictions, targets, direction);
      form.ifPresent(closed::add);
    }
    List<Tensor> all = new ArrayList<>();
    all.add(first.value());
    all.add(first.gradient().get("predictions"));
    all.addAll(derived);
    all.addAll(closed);
    return all;
  }

  private Tensor total(Tree<Tensor> predictions, Tensor targets) {
    return BatchObjective.perExample(loss, predictions.get("predictions"), targets).sum();
  }

  /**
   * The loss as a function of one prediction, the others and the targets as given.
   *
   * @param component which prediction
   * @param order the highest derivative
   * @throws EspalierException BAD_VALUE where targets and predictions do not fit, or where there is
   *     no such prediction
   */
  public Curve line(double[] predictions, double[] targets, int component, int order) {
    require(predictions, targets);
    if (component < 0 || component >= predictions.length) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "one of the " + predictions.length + " predictions, counted from 0",
          Integer.toString(component),
          "give a number from 0 to " + (predictions.length - 1));
    }
    return new Curve(
        dtype,
        order,
        x -> {
          int points = x.shape().extent(0);
          List<Tensor> columns = new ArrayList<>();
          for (int i = 0; i < predictions.length; i++) {
            Tensor column = i == component ? x : x.constantLike(predictions[i]);
            columns.add(column.expandDims(1));
          }
          Tensor all =
              columns
                  .getFirst()
                  .concat(1, columns.subList(1, columns.size()).toArray(Tensor[]::new));
          return BatchObjective.perExample(loss, all, x.constant(targets(targets, points)));
        });
  }

  private NdArray targets(double[] targets, int copies) {
    if (loss.target() == Loss.Target.CLASSES) {
      long[] classes = new long[copies];
      Arrays.fill(classes, (long) targets[0]);
      return NdArray.of(classes, copies);
    }
    double[] all = new double[copies * targets.length];
    for (int i = 0; i < all.length; i++) {
      all[i] = targets[i % targets.length];
    }
    return NdArray.of(all, Shape.of(copies, targets.length).extents()).convert(dtype);
  }

  private void require(double[] predictions, double[] targets) {
    if (predictions.length < 1 || predictions.length > MOST_PREDICTIONS) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "1 to " + MOST_PREDICTIONS + " predictions",
          Integer.toString(predictions.length),
          "give fewer predictions");
    }
    boolean fits =
        switch (loss.target()) {
          case CLASSES ->
              targets.length == 1
                  && targets[0] == Math.rint(targets[0])
                  && targets[0] >= 0
                  && targets[0] < predictions.length;
          case VALUES -> targets.length == predictions.length;
        };
    if (!fits) {
      String found = predictions.length + " predictions and the target " + Arrays.toString(targets);
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          switch (loss.target()) {
            case CLASSES -> "the target of an example is one of its classes, counted from 0";
            case VALUES -> "the targets of an example are as many as its predictions";
          },
          found,
          switch (loss.target()) {
            case CLASSES -> "give an integer from 0 to " + (predictions.length - 1);
            case VALUES -> "give " + predictions.length + " targets";
          });
    }
  }
}
