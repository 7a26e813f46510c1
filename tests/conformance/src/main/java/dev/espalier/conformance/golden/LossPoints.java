package dev.espalier.conformance.golden;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The value and gradient of a loss for each example, and its Hessian's closed form against the
 * derived Hessian. Examples of one size are one batch, so that a loss that mixes examples is found.
 */
record LossPoints(Loss loss, GoldenFile.Section section, Precision precision) {

  /** Examples of one size, in step. */
  private record Batch(
      List<double[]> predictions,
      List<double[]> targets,
      List<double[]> losses,
      List<double[]> gradients) {
    Batch() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    int size() {
      return losses.size();
    }
  }

  List<Finding> check() {
    List<Finding> findings = new ArrayList<>();
    for (Batch batch : batches()) {
      findings.addAll(check(batch));
    }
    return findings;
  }

  private Iterable<Batch> batches() {
    Map<List<Integer>, Batch> found = new LinkedHashMap<>();
    for (int i = 0; i < section.rows().size(); i++) {
      double[] predictions = section.cells("predictions").get(i);
      double[] targets = section.cells("targets").get(i);
      Batch batch =
          found.computeIfAbsent(List.of(predictions.length, targets.length), _ -> new Batch());
      batch.predictions().add(predictions);
      batch.targets().add(targets);
      batch.losses().add(section.cells("loss").get(i));
      batch.gradients().add(section.cells("gradient").get(i));
    }
    return found.values();
  }

  private List<Finding> check(Batch batch) {
    int positions = batch.targets().getFirst().length;
    int values = batch.predictions().getFirst().length;
    boolean classes = loss.target() == Loss.Target.CLASSES;
    Shape predictionShape =
        !classes || positions == 1
            ? Shape.of(batch.size(), values)
            : Shape.of(batch.size(), positions, values / positions);
    Shape targetShape =
        classes && positions == 1 ? Shape.of(batch.size()) : Shape.of(batch.size(), positions);
    DType targetType = classes ? DType.I64 : precision.dtype();
    List<NdArray> inputs =
        List.of(
            NdArray.of(flat(batch.predictions()), predictionShape.extents())
                .convert(precision.dtype()),
            NdArray.of(flat(batch.targets()), targetShape.extents()).convert(targetType));
    List<TensorType> types = inputs.stream().map(NdArray::type).toList();

    Graph graph = Graph.trace("golden", types, this::lossAndGradient);
    List<NdArray> found = Reference.run(graph, inputs);
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      findings.addAll(
          compare(batch, i, found.get(0).getDouble(i), rows(found.get(1), batch.size()).get(i)));
    }
    findings.addAll(compareHessian(inputs, types));
    return findings;
  }

  private List<Tensor> lossAndGradient(List<Tensor> in) {
    Tensor gradient =
        Derivatives.gradient(
                at -> loss.perExample(at.get("p"), in.get(1)).sum(), Tree.of("p", in.get(0)))
            .get("p");
    return List.of(loss.perExample(in.get(0), in.get(1)), gradient);
  }

  private List<Finding> compare(Batch batch, int example, double value, double[] gradient) {
    double[] predictions = batch.predictions().get(example);
    double[] expected = batch.gradients().get(example);
    double expectedLoss = batch.losses().get(example)[0];
    String where =
        " in "
            + precision.dtype().text()
            + " of "
            + Arrays.toString(predictions)
            + " for "
            + Arrays.toString(batch.targets().get(example));
    // How much a rounding of the predictions moves the loss; log(sum) of a softmax is as exact as
    // the largest term, 1.
    double scale = Math.abs(expectedLoss) + (loss.target() == Loss.Target.CLASSES ? 1 : 0);
    double largest = 1;
    for (int k = 0; k < predictions.length; k++) {
      scale += Math.abs(predictions[k] * expected[k]);
      largest = Math.max(largest, Math.abs(expected[k]));
    }
    List<Finding> findings = new ArrayList<>();
    if (!Finding.holds(expectedLoss, value, precision.bound(scale))) {
      findings.add(new Finding("loss" + where, expectedLoss, value, precision.bound(scale)));
    }
    for (int k = 0; k < predictions.length; k++) {
      if (!Finding.holds(expected[k], gradient[k], precision.bound(largest))) {
        findings.add(
            new Finding(
                "gradient " + k + where, expected[k], gradient[k], precision.bound(largest)));
      }
    }
    return findings;
  }

  private List<Finding> compareHessian(List<NdArray> inputs, List<TensorType> types) {
    // Directions without a pattern that a wrong Hessian might have too.
    double[] directions = new double[types.get(0).shape().size()];
    for (int k = 0; k < directions.length; k++) {
      directions[k] = (k * 7 % 11 - 4) / 4.0;
    }
    NdArray vector =
        NdArray.of(directions, types.get(0).shape().extents()).convert(precision.dtype());
    List<TensorType> withVector = List.of(types.get(0), types.get(1), types.get(0));
    Graph graph = Graph.trace("golden", withVector, this::hessians);
    List<NdArray> found = Reference.run(graph, List.of(inputs.get(0), inputs.get(1), vector));
    List<Finding> findings = new ArrayList<>();
    if (found.size() < 2) {
      return findings;
    }
    double[] derived = found.get(0).toDoubles();
    double[] closed = found.get(1).toDoubles();
    for (int k = 0; k < derived.length; k++) {
      double bound = precision.bound(1 + Math.abs(derived[k]));
      if (!Finding.holds(derived[k], closed[k], bound)) {
        String what = "closed Hessian times vector in " + precision.dtype().text() + ", entry " + k;
        findings.add(new Finding(what, derived[k], closed[k], bound));
      }
    }
    return findings;
  }

  /** The derived product, and the closed one where there is one. */
  private List<Tensor> hessians(List<Tensor> in) {
    Tensor derived =
        Derivatives.hessianVector(
                at -> loss.perExample(at.get("p"), in.get(1)).sum(),
                Tree.of("p", in.get(0)),
                Tree.of("p", in.get(2)))
            .get("p");
    Optional<Tensor> closed = loss.outputHessianVector(in.get(0), in.get(1), in.get(2));
    return closed.isPresent() ? List.of(derived, closed.get()) : List.of(derived);
  }

  private static double[] flat(List<double[]> rows) {
    return rows.stream().flatMapToDouble(Arrays::stream).toArray();
  }

  private static List<double[]> rows(NdArray array, int count) {
    double[] all = array.toDoubles();
    int length = all.length / count;
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(Arrays.copyOfRange(all, i * length, (i + 1) * length));
    }
    return rows;
  }
}
