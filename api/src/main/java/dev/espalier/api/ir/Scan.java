package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * A loop of known length. Operands (constants..., carries..., xs...), each x with a leading axis of
 * {@code length}. The body maps (constants..., carries..., slice of each x) to (carries..., ys...);
 * the results are the last carries and the ys stacked along a leading axis. Reversed, the loop runs
 * from the last slice to the first, and y i belongs to x i.
 *
 * @param body the graph of one iteration
 * @param length the number of iterations, at least 0
 * @param reverse whether the last slice comes first
 * @param constants the number of operands that every iteration sees unchanged
 * @param carries the number of operands that iterations hand on
 */
public record Scan(Graph body, int length, boolean reverse, int constants, int carries)
    implements Op {
  @Override
  public String name() {
    return "scan";
  }

  @Override
  public String attributes() {
    return "length="
        + length
        + ", reverse="
        + reverse
        + ", constants="
        + constants
        + ", carries="
        + carries;
  }

  @Override
  public List<Graph> graphs() {
    return List.of(body);
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.attribute(
        length >= 0 && constants >= 0 && carries >= 0 && constants + carries <= operands.size(),
        this,
        operands,
        "length, constants and carries are at least 0 and the operands enough");
    List<TensorType> inputs = new ArrayList<>(operands.subList(0, constants + carries));
    for (TensorType x : operands.subList(constants + carries, operands.size())) {
      TypeRules.require(
          x.shape().rank() >= 1 && x.shape().extent(0) == length,
          this,
          operands,
          "needs a leading axis of extent " + length + " on each x",
          "stack the slices along axis 0");
      inputs.add(x.withShape(x.shape().remove(0)));
    }
    TypeRules.require(
        body.inputTypes().equals(inputs),
        this,
        operands,
        "needs a body that takes " + TypeRules.text(inputs),
        "the body takes " + TypeRules.text(body.inputTypes()));
    List<TensorType> outputs = body.outputTypes();
    TypeRules.require(
        outputs.size() >= carries
            && outputs.subList(0, carries).equals(inputs.subList(constants, constants + carries)),
        this,
        operands,
        "needs a body that returns its carries with their types first",
        "the body returns "
            + TypeRules.text(outputs)
            + "; return first "
            + TypeRules.text(inputs.subList(constants, constants + carries)));
    List<TensorType> results = new ArrayList<>(outputs.subList(0, carries));
    for (TensorType y : outputs.subList(carries, outputs.size())) {
      results.add(y.withShape(y.shape().insert(0, length)));
    }
    return results;
  }
}
