package dev.espalier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.ir.ControlFlow.Scanned;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Transformations of operations inside operations. */
class NestedTransformationsTest {
  private static List<NdArray> run(Function<List<Tensor>, List<Tensor>> function, NdArray input) {
    Graph graph = Graph.trace("nested", List.of(input.type()), function).verify();
    return Reference.run(Simplify.simplify(graph).verify(), List.of(input));
  }

  private static Tensor derivative(Function<Tensor, Tensor> function, Tensor at) {
    return Derivatives.gradient(tree -> function.apply(tree.get("x")), Tree.of("x", at)).get("x");
  }

  @Test
  void vmapOfALoopInALoopKeepsWhatIsNotMapped() {
    Function<List<Tensor>, List<Tensor>> loops =
        in -> {
          Scanned outer =
              ControlFlow.scan(
                  in,
                  List.of(),
                  3,
                  false,
                  (carry, none) -> {
                    Tensor zero = carry.getFirst().constant(DType.F64, 0.0);
                    Scanned inner =
                        ControlFlow.scan(
                            List.of(carry.getFirst(), zero),
                            List.of(),
                            2,
                            false,
                            (c, empty) ->
                                new Scanned(List.of(c.get(0).sin(), c.get(1).add(1)), List.of()));
                    return new Scanned(
                        List.of(inner.carries().get(0)), List.of(inner.carries().get(1)));
                  });
          return List.of(outer.carries().getFirst(), outer.ys().getFirst());
        };
    NdArray x = NdArray.of(new double[] {0.3, -1.1}, 2);

    List<NdArray> found = run(in -> Derivatives.vmap(loops, in, List.of(true)), x);

    for (int i = 0; i < 2; i++) {
      List<NdArray> one = run(loops, NdArray.of(new double[] {x.getDouble(i)}));
      assertThat(found.get(0).getDouble(i)).isEqualTo(one.get(0).getDouble(0));
    }
    assertThat(found.get(1)).isEqualTo(NdArray.of(new double[] {2, 2, 2, 2, 2, 2}, 2, 3));
  }

  @Test
  void whatIsWrittenInABranchIsDoneOnlyWhereItRuns() {
    Function<Tensor, Tensor> guarded =
        x ->
            ControlFlow.cond(
                    x.gt(0), List.of(), none -> List.of(x.log()), none -> List.of(x.zerosLike()))
                .getFirst();

    List<NdArray> found =
        run(
            in -> List.of(guarded.apply(in.getFirst()), derivative(guarded, in.getFirst())),
            NdArray.scalar(DType.F64, 0));

    assertThat(found.get(0).getDouble(0)).isZero();
    assertThat(found.get(1).getDouble(0)).isZero();
  }

  @Test
  void aLoopOfStoppedGradientsHasAReverseDerivative() {
    Function<Tensor, Tensor> solved =
        x ->
            ControlFlow.whileLoop(
                    List.of(x.stopGradient()),
                    c -> c.getFirst().lt(10),
                    c -> List.of(c.getFirst().mul(2)))
                .getFirst()
                .mul(x);

    List<NdArray> found =
        run(in -> List.of(derivative(solved, in.getFirst())), NdArray.scalar(DType.F64, 1));

    assertThat(found.getFirst().getDouble(0)).isEqualTo(16);
  }

  @Test
  void cotangentsOfAScansConstantsAreSummedInMoreThan16Bits() {
    Function<Tensor, Tensor> sum =
        w ->
            ControlFlow.scan(
                    List.of(w.zerosLike()),
                    List.of(),
                    1000,
                    false,
                    (carry, none) -> new Scanned(List.of(carry.getFirst().add(w)), List.of()))
                .carries()
                .getFirst();

    List<NdArray> found =
        run(in -> List.of(derivative(sum, in.getFirst())), NdArray.scalar(DType.BF16, 1));

    assertThat(found.getFirst().getDouble(0)).isEqualTo(1000);
  }

  @Test
  void theMeanOfMoreThanF16CountsIsFinite() {
    NdArray ones = NdArray.filled(TensorType.of(DType.F16, 100_000), 1);

    assertThat(run(in -> List.of(in.getFirst().mean()), ones).getFirst().getDouble(0)).isOne();
  }
}
