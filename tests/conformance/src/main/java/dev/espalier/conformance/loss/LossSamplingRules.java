package dev.espalier.conformance.loss;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import dev.espalier.engine.reference.Reference;
import java.util.Arrays;
import java.util.List;

/** Labels that are sampled from predictions, against the Hessian in these. */
final class LossSamplingRules {
  private static final int KEYS = 2000;
  private static final int DIRECTIONS = 3;

  /** Moderate predictions, of which every label has a fair chance. */
  private static final int EXAMPLES = 5;

  private LossSamplingRules() {}

  static List<Check<? super ExtensionSubject<Loss>>> checks() {
    return List.of(Check.<ExtensionSubject<Loss>>single("LOSS-9", LossSamplingRules::moments));
  }

  /**
   * For vectors v over several examples {@code E[(s . v)^2]} is {@code v . H v}: products of
   * different examples have mean 0.
   */
  private static void moments(ExtensionSubject<Loss> subject, Findings findings) {
    Loss loss = subject.extension();
    if (loss.sampler().isEmpty()) {
      return;
    }
    Examples all = Examples.of(loss, subject.claims());
    Examples few = new Examples(first(all.predictions()), first(all.targets()));
    for (int seed = 0; seed <= DIRECTIONS; seed++) {
      NdArray vector = seed == 0 ? alike(all) : first(all.directions(seed));
      double wanted = 0;
      NdArray products = few.evaluate(loss, DType.F64, vector).products();
      for (int i = 0; i < vector.type().shape().size(); i++) {
        wanted += vector.getDouble(i) * products.getDouble(i);
      }
      double[] drawn = draw(loss, few, vector);
      findings.require(
          Arrays.equals(drawn, draw(loss, few, vector)), "one key draws different vectors");
      double sum = 0;
      double squares = 0;
      for (double inner : drawn) {
        sum += inner * inner;
        squares += inner * inner * inner * inner;
      }
      double mean = sum / KEYS;
      double error = Math.sqrt(Math.max(0, squares / KEYS - mean * mean) / KEYS);
      findings.require(
          Math.abs(mean - wanted) <= 5 * error + 1e-12 * (1 + Math.abs(wanted)),
          "direction %d: mean square %s over %d keys, Hessian %s, standard error %s"
              .formatted(seed, mean, KEYS, wanted, error));
    }
  }

  /** The same direction for every example, along which what they share adds up. */
  private static NdArray alike(Examples of) {
    NdArray vector = first(of.directions(1));
    double[] values = vector.toDoubles().clone();
    int each = values.length / EXAMPLES;
    for (int i = each; i < values.length; i++) {
      values[i] = values[i % each];
    }
    return NdArray.of(values, vector.type().shape().extents());
  }

  private static NdArray first(NdArray of) {
    return Reference.run(
            Graph.trace(
                "first", List.of(of.type()), in -> List.of(in.getFirst().slice(0, 0, EXAMPLES))),
            List.of(of))
        .getFirst();
  }

  private static double[] draw(Loss loss, Examples examples, NdArray vector) {
    Loss.OutputSampler sampler = loss.sampler().orElseThrow();
    Graph graph =
        Graph.trace(
            "sampled",
            List.of(
                examples.predictions().type(),
                examples.targets().type(),
                vector.type(),
                NdArray.scalar(0L).type()),
            in -> {
              Tensor drawn = sampler.sample(in.get(0), in.get(1), new Key(in.get(3)));
              return List.of(drawn.mul(in.get(2)).sum());
            });
    double[] inner = new double[KEYS];
    for (int key = 0; key < KEYS; key++) {
      List<NdArray> inputs =
          List.of(examples.predictions(), examples.targets(), vector, NdArray.scalar((long) key));
      inner[key] = Reference.run(graph, inputs).getFirst().getDouble(0);
    }
    return inner;
  }
}
