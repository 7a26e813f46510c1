package dev.espalier.conformance.golden;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The value and two derivatives of an activation, by forward and by reverse mode; of a gated one
 * along a line through its inputs.
 */
record ActivationPoints(Activation activation, GoldenFile.Section section, Precision precision) {
  private static final List<String> ORDERS = List.of("value", "first", "second", "third");

  List<Finding> check() {
    UnaryOperator<Tensor> value =
        Line.given(section).map(line -> line.of(activation::apply)).orElse(activation::apply);
    UnaryOperator<Tensor> forward = forward(value);
    UnaryOperator<Tensor> reverse = reverse(value);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(compare("value", 0, value));
    findings.addAll(compare("first derivative, forward", 1, forward));
    findings.addAll(compare("first derivative, reverse", 1, reverse));
    findings.addAll(compare("second derivative, forward", 2, forward(forward)));
    findings.addAll(compare("second derivative, reverse", 2, reverse(reverse)));
    return findings;
  }

  private static UnaryOperator<Tensor> forward(UnaryOperator<Tensor> f) {
    return x ->
        Derivatives.jvp(in -> List.of(f.apply(in.getFirst())), List.of(x), List.of(x.onesLike()))
            .tangents()
            .getFirst();
  }

  private static UnaryOperator<Tensor> reverse(UnaryOperator<Tensor> f) {
    return x ->
        Derivatives.vjp(in -> List.of(f.apply(in.getFirst())), List.of(x), List.of(x.onesLike()))
            .cotangents()
            .getFirst();
  }

  private List<Finding> compare(String what, int order, UnaryOperator<Tensor> f) {
    double[] x = section.numbers("x");
    Graph graph =
        Graph.trace(
            "golden", List.of(precision.type(x.length)), in -> List.of(f.apply(in.getFirst())));
    double[] found =
        Reference.run(graph, List.of(precision.array(x, x.length))).getFirst().toDoubles();
    double[] expected = section.numbers(ORDERS.get(order));
    double[] next = section.numbers(ORDERS.get(order + 1));
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      // An error of one rounding in x moves the result by x times the next derivative. A value has
      // to be right far left
      // too, where it is tiny; a derivative may lose what cancels against 1.
      double scale = Math.abs(expected[i]) + Math.abs(x[i] * next[i]) + (order == 0 ? 0 : 1);
      double bound = precision.bound(scale);
      if (!Finding.holds(expected[i], found[i], bound)) {
        findings.add(
            new Finding(
                what + " in " + precision.dtype().text() + " at x = " + x[i],
                expected[i],
                found[i],
                bound));
      }
    }
    return findings;
  }
}
