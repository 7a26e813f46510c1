package dev.espalier.conformance.activation;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Shapes, parameters, keys: the full form of an activation. */
final class FormRules {
  private static final int DRAWS = 400;

  private FormRules() {}

  static List<Check<? super ExtensionSubject<Activation>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Activation>>single("ACT-8", FormRules::shapes),
        Check.<ExtensionSubject<Activation>>single("ACT-9", FormRules::independence),
        Check.<ExtensionSubject<Activation>>single("ACT-10", FormRules::parameters),
        Check.<ExtensionSubject<Activation>>single("ACT-11", FormRules::randomness),
        Check.<ExtensionSubject<Activation>>single("ACT-12", FormRules::plainForm));
  }

  /** Runs the full form with its initial parameters. */
  private static NdArray run(Activation activation, NdArray x, long key, boolean training) {
    Graph graph =
        Graph.trace(
            "form",
            List.of(x.type(), new TensorType(DType.I64, Shape.SCALAR)),
            in -> List.of(apply(activation, in.get(0), new Key(in.get(1)), training)));
    return Reference.run(graph, List.of(x, NdArray.scalar(key))).getFirst();
  }

  private static Tensor apply(Activation activation, Tensor x, Key key, boolean training) {
    Tree<Tensor> parameters = activation.parameters(x, example(x));
    return activation.apply(x, new Activation.Context(parameters, key, training));
  }

  /** The type without the batch axis. */
  private static TensorType example(Tensor x) {
    return x.shape().rank() == 0 ? x.type() : x.type().withShape(x.shape().remove(0));
  }

  private static NdArray random(DType dtype, int... extents) {
    TensorType type = TensorType.of(DType.F64, extents);
    SplittableRandom random = new SplittableRandom(5);
    double[] values =
        IntStream.range(0, type.shape().size())
            .mapToDouble(_ -> random.nextDouble(-3, 3))
            .toArray();
    return NdArray.of(values, extents).convert(dtype);
  }

  private static void shapes(ExtensionSubject<Activation> subject, Findings findings) {
    Activation activation = subject.extension();
    for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16)) {
      for (int[] extents : new int[][] {{2, 4}, {3, 5, 6}, {0, 4}, {1, 2}, {2, 3, 2, 8}}) {
        NdArray x = random(dtype, extents);
        int features = extents[extents.length - 1];
        TensorType wanted =
            x.type().withShape(x.type().shape().with(-1, activation.outputFeatures(features)));
        TensorType found = run(activation, x, 1, false).type();
        findings.require(
            found.equals(wanted), "of " + x.type() + " it gives " + found + ", not " + wanted);
      }
    }
    boolean gated = activation.outputFeatures(4) != 4;
    findings.require(
        gated == subject.claims().has("gated"),
        gated
            ? "it changes the last axis and does not claim it: add '# claim: gated'"
            : "it claims to be gated and keeps the last axis");
  }

  /** An example is by itself; in evaluation, where the last axis stays, an element is. */
  private static void independence(ExtensionSubject<Activation> subject, Findings findings) {
    NdArray x = random(DType.F64, 3, 4);
    double[] changed = x.toDoubles();
    changed[5] += 0.75;
    NdArray before = run(subject.extension(), x, 1, false);
    NdArray after = run(subject.extension(), NdArray.of(changed, 3, 4), 1, false);
    int features = before.type().shape().extent(-1);
    boolean gated = subject.claims().has("gated");
    for (int i = 0; i < before.type().shape().size(); i++) {
      boolean may = gated ? i / features == 1 : i == 5;
      findings.require(
          may || before.getDouble(i) == after.getDouble(i),
          "element %d moves from %s to %s where only element 5 of the input moves"
              .formatted(i, before.getDouble(i), after.getDouble(i)));
    }
  }

  private static void parameters(ExtensionSubject<Activation> subject, Findings findings) {
    Activation activation = subject.extension();
    NdArray x = random(DType.F64, 3, 4);
    Graph graph =
        Graph.trace(
            "parameters",
            List.of(x.type()),
            in -> {
              Tree<Tensor> initial = activation.parameters(in.getFirst(), example(in.getFirst()));
              if (initial.leaves().isEmpty()) {
                return List.of();
              }
              Key key = new Key(in.getFirst().constant(DType.I64, 1L));
              return Derivatives.gradient(
                      p ->
                          activation
                              .apply(in.getFirst(), new Activation.Context(p, key, true))
                              .sum(),
                      initial)
                  .leaves();
            });
    for (NdArray gradient : Reference.run(graph, List.of(x))) {
      findings.require(
          IntStream.range(0, gradient.type().shape().size())
              .allMatch(i -> Double.isFinite(gradient.getDouble(i))),
          "the gradient in a parameter is " + gradient);
      findings.require(
          IntStream.range(0, gradient.type().shape().size())
              .anyMatch(i -> gradient.getDouble(i) != 0),
          "a parameter does nothing: its gradient is 0");
    }
  }

  private static void plainForm(ExtensionSubject<Activation> subject, Findings findings) {
    Activation activation = subject.extension();
    NdArray x = random(DType.F64, 3, 4);
    Graph plain =
        Graph.trace("plain", List.of(x.type()), in -> List.of(activation.apply(in.getFirst())));
    NdArray found = Reference.run(plain, List.of(x)).getFirst();
    NdArray full = run(activation, x, 1, false);
    findings.require(
        found.equals(full), "the plain form gives " + found + ", the full form " + full);
  }

  private static void randomness(ExtensionSubject<Activation> subject, Findings findings) {
    Activation activation = subject.extension();
    NdArray x = random(DType.F64, 3, 4);
    NdArray evaluated = run(activation, x, 1, false);
    findings.require(
        evaluated.equals(run(activation, x, 2, false)), "in evaluation it depends on the key");
    NdArray trained = run(activation, x, 1, true);
    findings.require(
        trained.equals(run(activation, x, 1, true)), "in training one key gives different values");
    boolean random = !trained.equals(run(activation, x, 2, true));
    findings.require(
        random == subject.claims().has("stochastic"),
        random
            ? "in training it depends on the key: add '# claim: stochastic'"
            : "it claims to be stochastic and does not depend on the key");
    if (!random) {
      findings.require(
          trained.equals(evaluated), "training differs from evaluation, whatever the key");
      return;
    }
    // The mean over keys is the value of evaluation, within five standard errors.
    int size = evaluated.type().shape().size();
    double[] sum = new double[size];
    double[] squares = new double[size];
    for (int key = 1; key <= DRAWS; key++) {
      NdArray draw = run(activation, x, key, true);
      for (int i = 0; i < size; i++) {
        sum[i] += draw.getDouble(i);
        squares[i] += draw.getDouble(i) * draw.getDouble(i);
      }
    }
    for (int i = 0; i < size; i++) {
      double mean = sum[i] / DRAWS;
      double error = Math.sqrt(Math.max(0, squares[i] / DRAWS - mean * mean) / DRAWS);
      findings.require(
          Math.abs(mean - evaluated.getDouble(i)) <= 5 * error + 1e-12,
          "element %d: mean %s over %d keys, %s in evaluation, standard error %s"
              .formatted(i, mean, DRAWS, evaluated.getDouble(i), error));
    }
  }
}
