package dev.espalier.conformance.optimizer;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Invariances that are claimed: where parameters and gradients are transformed, the path is
 * transformed as the parameters are. Of what is not claimed nothing is said.
 */
final class InvarianceRules {
  private static final int STEPS = 6;
  private static final double RATE = 0.125;
  private static final String ELEMENTWISE = "elementwise";

  private static final List<Invariance> INVARIANCES =
      List.of(
          // Not by a power of two, which no rounding would see.
          new Invariance(
              "gradient-scale-invariant", "gradients times 300", x -> x, times(300), 1e-5),
          new Invariance(
              "sign-symmetric", "parameters and gradients negated", times(-1), times(-1), 1e-12),
          new Invariance(
              "translation-invariant",
              "parameters moved by 1",
              tree -> tree.map(leaf -> Parameters.map(leaf, x -> x + 1)),
              x -> x,
              1e-12),
          new Invariance(
              "permutation-invariant",
              "elements of each tensor in another order",
              tree -> tree.map(leaf -> ofElements(leaf, InvarianceRules::inAnotherOrder)),
              tree -> tree.map(leaf -> ofElements(leaf, InvarianceRules::inAnotherOrder)),
              1e-12),
          new Invariance(
              "rotation-invariant",
              "the elements of each tensor, as one vector, rotated",
              tree -> tree.map(leaf -> ofElements(leaf, InvarianceRules::rotated)),
              tree -> tree.map(leaf -> ofElements(leaf, InvarianceRules::rotated)),
              1e-12));

  private InvarianceRules() {}

  /**
   * A transformation that an optimizer may claim to follow.
   *
   * @param claim its name in a golden file
   * @param what in words
   * @param ofParameters what it does to parameters
   * @param ofGradients what it does to gradients
   * @param bound how far apart the ends may be
   */
  private record Invariance(
      String claim,
      String what,
      UnaryOperator<Tree<NdArray>> ofParameters,
      UnaryOperator<Tree<NdArray>> ofGradients,
      double bound) {}

  static List<Check<? super ExtensionSubject<Optimizer>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Optimizer>>single("OPT-4", InvarianceRules::invariances));
  }

  /** The names of what may be claimed. */
  static Stream<String> claims() {
    return Stream.concat(Stream.of(ELEMENTWISE), INVARIANCES.stream().map(Invariance::claim));
  }

  private static void invariances(ExtensionSubject<Optimizer> subject, Findings findings) {
    Optimizer optimizer = subject.extension();
    Tree<NdArray> start = Parameters.random(DType.F64, 1);
    List<Tree<NdArray>> gradients = Parameters.gradients(DType.F64, STEPS);
    Tree<NdArray> end = end(optimizer, start, gradients);
    for (Invariance invariance : INVARIANCES) {
      if (subject.claims().has(invariance.claim())) {
        Tree<NdArray> found =
            end(
                optimizer,
                invariance.ofParameters().apply(start),
                gradients.stream().map(invariance.ofGradients()).toList());
        double distance = Parameters.distance(invariance.ofParameters().apply(end), found);
        findings.require(
            distance <= invariance.bound(),
            "it claims to be %s; with %s it ends %s away, bound %s"
                .formatted(invariance.claim(), invariance.what(), distance, invariance.bound()));
      }
    }
    if (subject.claims().has(ELEMENTWISE)) {
      elementwise(optimizer, start, gradients, end, findings);
    }
  }

  /** Other gradients of a scalar and of one element of a matrix move no other element. */
  private static void elementwise(
      Optimizer optimizer,
      Tree<NdArray> start,
      List<Tree<NdArray>> gradients,
      Tree<NdArray> end,
      Findings findings) {
    List<Tree<NdArray>> changed =
        gradients.stream()
            .map(gradient ->
                gradient.mapWithPath((path, leaf) ->
                    ofElements(
                        leaf,
                        x -> {
                          if (isChanged(path, 0)) {
                            x[0] = 3 * x[0] + 1;
                          }
                          return x;
                        })))
            .toList();
    Tree<NdArray> other = end(optimizer, start, changed);
    for (String path : end.paths()) {
      for (int i = 0; i < end.get(path).type().shape().size(); i++) {
        findings.require(
            isChanged(path, i) || end.get(path).getDouble(i) == other.get(path).getDouble(i),
            "it claims to be elementwise, and other gradients elsewhere move element "
                + i
                + " of "
                + path);
      }
    }
  }

  private static boolean isChanged(String path, int element) {
    return element == 0 && (path.equals("scale") || path.equals("layer/weight"));
  }

  private static Tree<NdArray> end(
      Optimizer optimizer, Tree<NdArray> start, List<Tree<NdArray>> gradients) {
    return Stepping.given(optimizer, start.map(NdArray::type), 1)
        .path(start, gradients, RATE)
        .getLast()
        .parameters();
  }

  private static UnaryOperator<Tree<NdArray>> times(double by) {
    return tree -> tree.map(leaf -> Parameters.map(leaf, x -> by * x));
  }

  private static NdArray ofElements(NdArray leaf, UnaryOperator<double[]> f) {
    return NdArray.of(f.apply(leaf.toDoubles()), leaf.type().shape().extents());
  }

  private static double[] inAnotherOrder(double[] x) {
    double[] moved = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      moved[(i + 1) % x.length] = x[i];
    }
    return moved;
  }

  /** Reflected at two planes, the same for every vector of a length. */
  private static double[] rotated(double[] x) {
    SplittableRandom random = new SplittableRandom(11);
    double[] image = x.clone();
    for (int reflection = 0; reflection < 2; reflection++) {
      double[] normal = random.doubles(x.length, -1, 1).toArray();
      double along = 0;
      double square = 0;
      for (int i = 0; i < x.length; i++) {
        along += normal[i] * image[i];
        square += normal[i] * normal[i];
      }
      for (int i = 0; i < x.length; i++) {
        image[i] -= 2 * along / square * normal[i];
      }
    }
    return image;
  }
}
