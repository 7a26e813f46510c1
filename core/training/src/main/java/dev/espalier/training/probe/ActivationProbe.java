package dev.espalier.training.probe;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * An activation as a curve. It is evaluated in its full form as in evaluation: with its initial
 * parameters, a fixed key and the training flag off, so that a stochastic one shows its mean
 * behaviour and not a draw.
 *
 * <p>The pre-activations of a unit are a vector, of which one feature is the x of the curve and the
 * others keep given values: one feature for what acts element by element; for what does not (gated
 * units, a softmax), the form says which, as in {@code x,1}.
 */
public final class ActivationProbe {
  private final Activation activation;
  private final List<OptionalDouble> form;
  private final int output;

  /**
   * An activation to be looked at.
   *
   * @param activation the activation
   * @param form each feature's value, empty for the one that is x
   * @param output which feature of the result is the curve's value
   * @throws EspalierException BAD_VALUE where exactly one feature is not x, or where the activation
   *     gives no such feature
   */
  public ActivationProbe(Activation activation, List<OptionalDouble> form, int output) {
    this.activation = activation;
    this.form = List.copyOf(form);
    this.output = output;
    if (form.stream().filter(OptionalDouble::isEmpty).count() != 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "one feature of the input is x",
          text(),
          "write it as in x or, for a gated unit, as in x,1");
    }
    int features = outputs();
    if (output < 0 || output >= features) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a feature of the result, which has " + features + " for an input of " + form.size(),
          "feature " + output,
          features < 1
              ? "give the input more features, as in --input x,1"
              : "give a feature from 0 to " + (features - 1));
    }
  }

  /** The form as it is written: {@code x,1}. */
  public String text() {
    List<String> features = new ArrayList<>();
    form.forEach(f -> features.add(f.isEmpty() ? "x" : Double.toString(f.getAsDouble())));
    return String.join(",", features);
  }

  private int outputs() {
    try {
      return activation.outputFeatures(form.size());
    } catch (EspalierException e) {
      throw new EspalierException(
          e.code(),
          "the activation takes an input of the form " + text() + ": " + e.asked(),
          e.found(),
          "give the input another form, as in --input x,1",
          e);
    }
  }

  /** The curve, with derivatives up to an order. */
  public Curve curve(DType dtype, int order) {
    return new Curve(dtype, order, this::apply);
  }

  private Tensor apply(Tensor x) {
    int n = x.shape().extent(0);
    int features = form.size();
    List<Tensor> columns = new ArrayList<>();
    for (OptionalDouble feature : form) {
      Tensor column = feature.isEmpty() ? x : x.constantLike(feature.getAsDouble());
      columns.add(column.expandDims(1));
    }
    Tensor input =
        columns
            .getFirst()
            .concat(1, columns.subList(1, features).toArray(Tensor[]::new))
            .reshape(Shape.of(n, features));
    Tree<Tensor> parameters = activation.parameters(x, TensorType.of(x.dtype(), features));
    Key key = new Key(x.constant(DType.I64, 0L));
    Tensor result = activation.apply(input, new Activation.Context(parameters, key, false));
    Shape expected = Shape.of(n, outputs());
    if (!result.shape().equals(expected)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "the activation gives " + expected + " for " + input.type(),
          result.type().toString(),
          "correct its outputFeatures, or what it gives");
    }
    return result.slice(1, output, output + 1).reshape(Shape.of(n));
  }
}
