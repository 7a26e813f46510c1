package dev.espalier.training.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Simplify;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.oracle.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * How many matrix products questions about a transformer cost, alone and at one point in one step.
 *
 * <p>For a product {@code y = x w} in a layer, with cotangents x', y', w' and tangents dx, dy, dw,
 * the gradient needs y, x' and w', three products of the same size. A Hessian-vector product needs
 * y and x', two products each for dy, dx' and dw', and no w': eight. Both together need nine. A
 * Gauss-Newton-vector product needs y, two products for dy, and x' and w' of other cotangents:
 * five.
 *
 * <p>Attention has products of (time x time x features) of its own: two in the forward pass, and
 * five in the reverse pass, which makes the scores again. Its tangents take the scores, two
 * products for theirs and two for those of the output. The tangents of its reverse pass share the
 * scores and their tangents; they take one product for {@code o' . v}, two for its tangents and two
 * for each of the three results: nine.
 */
class DerivativeProductsTest {
  private static final int BATCH = 2;
  private static final int TIME = 12;
  private static final int WIDTH = 32;
  private static final int HEADS = 2;
  private static final int LAYERS = 2;
  private static final int TOKENS = 24;

  /** The multiplications of every weight with every position. */
  private static final long FORWARD =
      (long) BATCH * TIME * (LAYERS * (3 + 1 + 4 + 4) * WIDTH * WIDTH + WIDTH * TOKENS);

  /** The multiplications of the scores of all heads. */
  private static final long SCORES = (long) LAYERS * BATCH * TIME * TIME * WIDTH;

  private static final int ATTENTION_FORWARD = 2;
  private static final int ATTENTION_REVERSE = 5;
  private static final int ATTENTION_TANGENTS = 5;
  private static final int ATTENTION_REVERSE_TANGENTS = 9;

  private interface Question {
    List<Tensor> ask(Objective objective, Tree<Tensor> parameters, Tree<Tensor> vector);
  }

  private static List<Tensor> gradient(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> vector) {
    return objective.gradient(parameters).leaves();
  }

  private static List<Tensor> hessian(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> vector) {
    return objective.hessianVector(parameters, vector).leaves();
  }

  private static List<Tensor> gaussNewton(
      Objective objective, Tree<Tensor> parameters, Tree<Tensor> vector) {
    return objective.gaussNewtonVector(parameters, vector).leaves();
  }

  private static Question all(Question... questions) {
    return (objective, parameters, vector) -> {
      List<Tensor> answers = new ArrayList<>();
      for (Question question : questions) {
        answers.addAll(question.ask(objective, parameters, vector));
      }
      return answers;
    };
  }

  /** Multiplications, those with a batch axis apart: only attention has them. */
  private record Products(long layers, long attention) {
    static final Products NONE = new Products(0, 0);

    Products plus(Products other) {
      return new Products(layers + other.layers, attention + other.attention);
    }

    static Products of(Graph graph) {
      return graph.nodes().stream().map(Products::of).reduce(NONE, Products::plus);
    }

    private static Products of(Node node) {
      if (node.op() instanceof Composite composite) {
        return of(composite.body());
      }
      if (!(node.op() instanceof Dot dot)) {
        return NONE;
      }
      long count = node.result().type().shape().size();
      for (int axis : dot.leftContract()) {
        count *= node.operands().getFirst().type().shape().extent(axis);
      }
      return dot.leftBatch().isEmpty() ? new Products(count, 0) : new Products(0, count);
    }
  }

  private static Products products(Question question) {
    Model model =
        Models.create(
            "gpt",
            Params.of(
                Map.of("layers", (long) LAYERS, "width", (long) WIDTH, "heads", (long) HEADS)),
            TensorType.of(DType.I32, TIME),
            TOKENS,
            Parts.extensions());
    TensorType batch = TensorType.of(DType.I32, BATCH, TIME);
    Graph graph =
        Graph.trace(
            "question",
            List.of(batch, batch, TensorType.of(DType.I64), TensorType.of(DType.I64)),
            in -> {
              Objective objective =
                  new BatchObjective(
                      model,
                      new Parts.CrossEntropy(),
                      in.get(0),
                      in.get(1),
                      new Key(in.get(2)),
                      true);
              return question.ask(
                  objective, model.init(new Key(in.get(2))), model.init(new Key(in.get(3))));
            });
    return Products.of(Simplify.simplify(graph.verify()).verify());
  }

  /**
   * No more than this; less may be found one day.
   *
   * @param layers in forward passes
   * @param attention in products
   */
  private static void takes(Question question, int layers, int attention) {
    Products found = products(question);
    assertThat(found.layers()).as("of layers").isBetween(FORWARD, layers * FORWARD);
    assertThat(found.attention()).as("of attention").isBetween(SCORES, attention * SCORES);
  }

  @Test
  void theUnitsAreWhatTheValueTakes() {
    Products value = products((objective, at, vector) -> List.of(objective.value(at)));
    assertThat(value).isEqualTo(new Products(FORWARD, ATTENTION_FORWARD * SCORES));
  }

  @Test
  void gradients() {
    takes(DerivativeProductsTest::gradient, 3, ATTENTION_FORWARD + ATTENTION_REVERSE);
  }

  @Test
  void hessianVectorProducts() {
    takes(DerivativeProductsTest::hessian, 8, ofHessian());
  }

  private static int ofHessian() {
    return ATTENTION_FORWARD + ATTENTION_REVERSE + ATTENTION_TANGENTS + ATTENTION_REVERSE_TANGENTS;
  }

  @Test
  void aGradientBesideAHessianVectorProductTakesTheGradientsOfWeightsOnly() {
    takes(all(DerivativeProductsTest::gradient, DerivativeProductsTest::hessian), 9, ofHessian());
    takes(all(DerivativeProductsTest::hessian, DerivativeProductsTest::gradient), 9, ofHessian());
  }

  @Test
  void aSecondHessianVectorProductTakesTangentsOnly() {
    // Of attention's tangents the scores and o' . v are there.
    int tangents = ATTENTION_TANGENTS + ATTENTION_REVERSE_TANGENTS - 2;
    takes(
        all(DerivativeProductsTest::hessian, (objective, at, vector) -> hessian(objective, at, at)),
        8 + 6,
        ofHessian() + tangents);
  }

  @Test
  void gaussNewtonVectorProductsTakeOneForwardPass() {
    takes(
        DerivativeProductsTest::gaussNewton,
        5,
        ATTENTION_FORWARD + ATTENTION_TANGENTS + ATTENTION_REVERSE);
  }

  @Test
  void aGradientBesideAGaussNewtonVectorProductTakesAReversePass() {
    takes(
        all(DerivativeProductsTest::gradient, DerivativeProductsTest::gaussNewton),
        5 + 2,
        ATTENTION_FORWARD + ATTENTION_TANGENTS + 2 * ATTENTION_REVERSE);
  }

  @Test
  void bothCurvaturesShareTangents() {
    takes(
        all(DerivativeProductsTest::hessian, DerivativeProductsTest::gaussNewton),
        8 + 2,
        ofHessian() + ATTENTION_REVERSE);
  }

  @Test
  void sampledGradientsShareTheForwardPass() {
    takes(
        all(
            DerivativeProductsTest::gradient,
            (objective, at, vector) -> {
              Key drawing = new Key(at.leaves().getFirst().constant(DType.I64, 5L));
              return objective.sampledGradient(at, drawing).leaves();
            }),
        3 + 2,
        ATTENTION_FORWARD + 2 * ATTENTION_REVERSE);
  }

  @Test
  void directionalDerivativesShareTheForwardPass() {
    // Two for each tangent; in attention the body's, without its last product.
    takes(
        all(
            DerivativeProductsTest::gradient,
            (objective, at, vector) -> List.of(objective.directionalDerivative(at, vector, 1))),
        3 + 2,
        ATTENTION_FORWARD + ATTENTION_REVERSE + ATTENTION_TANGENTS);
  }
}
