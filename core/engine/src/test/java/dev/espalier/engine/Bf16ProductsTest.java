package dev.espalier.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import org.junit.jupiter.api.Test;

final class Bf16ProductsTest {
  private static final NdArray X =
      NdArray.of(new float[] {1.0001f, -2.7182f, 0.1f, 3e38f, 1e-39f, -0f}, 2, 3);
  private static final NdArray W = NdArray.of(new float[] {0.3333f, 5, -1e-3f}, 3, 1);

  private static NdArray rounded(NdArray x) {
    return x.convert(DType.BF16).convert(DType.F32);
  }

  private static List<String> names(Graph graph) {
    return graph.nodes().stream().map(Node::op).map(op -> op.name()).toList();
  }

  private static Graph matmul(DType dtype) {
    return Graph.trace(
        "f",
        List.of(TensorType.of(dtype, 2, 3), TensorType.of(dtype, 3, 1)),
        in -> List.of(in.get(0).exp().mul(2).matmul(in.get(1)), in.get(0)));
  }

  @Test
  void operandsOfProductsAreRoundedAndNothingElse() {
    Graph product =
        Graph.trace(
            "f",
            List.of(X.type(), W.type()),
            in -> List.of(in.get(0).matmul(in.get(1)), in.get(0)));
    List<NdArray> out = Reference.run(Bf16Products.round(product).verify(), List.of(X, W));

    assertThat(out.get(0))
        .isEqualTo(Reference.run(product, List.of(rounded(X), rounded(W))).getFirst())
        .isNotEqualTo(Reference.run(product, List.of(X, W)).getFirst());
    assertThat(out.get(0).type().dtype()).isEqualTo(DType.F32);
    assertThat(out.get(1)).isEqualTo(X);
  }

  @Test
  void otherElementTypesStay() {
    for (DType dtype : List.of(DType.F64, DType.BF16, DType.F16)) {
      assertThat(Bf16Products.round(matmul(dtype))).isEqualTo(matmul(dtype));
    }
    assertThat(Bf16Products.round(matmul(DType.F32))).isNotEqualTo(matmul(DType.F32));
  }

  @Test
  void aValueIsRoundedOnceForAllProducts() {
    Graph graph =
        Graph.trace(
            "f",
            List.of(TensorType.of(DType.F32, 3, 3)),
            in -> {
              Tensor x = in.getFirst();
              return List.of(x.matmul(x), x.matmul(x.matmul(x)));
            });

    assertThat(names(Bf16Products.round(graph)).stream().filter("convert"::equals)).hasSize(4);
  }

  @Test
  void productsInLoopsAreRounded() {
    Graph loop =
        Graph.trace(
            "f",
            List.of(TensorType.of(DType.F32, 3, 3)),
            in ->
                ControlFlow.scan(
                        in,
                        List.of(),
                        3,
                        false,
                        (c, xs) ->
                            new ControlFlow.Scanned(
                                List.of(c.getFirst().matmul(c.getFirst())), List.of()))
                    .carries());
    Graph inner = Bf16Products.round(loop).verify().nodes().getLast().op().graphs().getLast();

    assertThat(names(inner)).containsSubsequence("convert", "convert", "dot");
  }

  @Test
  void theProductsOfADerivativeAreRoundedTooAndTheResultsAreNot() {
    List<TensorType> types = List.of(X.type(), W.type());
    Graph graph =
        Simplify.simplify(
            Graph.trace(
                "f",
                types,
                in -> {
                  Tensor x = in.get(0);
                  return Bf16Products.apply(
                      w ->
                          Derivatives.gradient(
                                  tree -> x.matmul(tree.get("w")).tanh().sum(),
                                  Tree.of("w", w.getFirst()))
                              .leaves(),
                      List.of(in.get(1)));
                }));
    assertThat(graph.nodes().stream().filter(node -> node.op() instanceof Dot)).hasSize(2);
    NdArray small = NdArray.of(new float[] {1.0001f, -2.7182f, 0.1f, 0.7f, 0.2f, -0f}, 2, 3);

    // By hand: g = 1 - tanh(bf16(x) bf16(w))^2, dw = bf16(x)^T bf16(g).
    float[] x = rounded(small).toFloats();
    float[] w = rounded(W).toFloats();
    float[] found = Reference.run(graph.verify(), List.of(small, W)).getFirst().toFloats();
    float[] g = new float[2];
    for (int i = 0; i < 2; i++) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        sum += (double) x[3 * i + k] * w[k];
      }
      double tanh = Math.tanh((float) sum);
      g[i] = (float) (1 - tanh * tanh);
    }
    float[] bars = rounded(NdArray.of(g, 2)).toFloats();
    for (int k = 0; k < 3; k++) {
      double exact = (double) x[k] * bars[0] + (double) x[3 + k] * bars[1];
      assertThat((double) found[k]).isCloseTo(exact, org.assertj.core.api.Assertions.within(1e-7));
    }
  }
}
