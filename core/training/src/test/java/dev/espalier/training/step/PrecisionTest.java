package dev.espalier.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.training.layer.ActivationLayer;
import dev.espalier.training.layer.Dense;
import dev.espalier.training.layer.Sequential;
import dev.espalier.training.model.LayerModel;
import dev.espalier.training.oracle.Parts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mixed precision in the whole step. */
final class PrecisionTest {
  private static final TensorType INPUTS = TensorType.of(DType.F32, 5, 3);
  private static final TensorType TARGETS = TensorType.of(DType.F32, 5, 2);

  /** Asks everything, and has products of its own. */
  private static Optimizer asking(Set<Objective.Need> needs) {
    return new Optimizer() {
      @Override
      public Set<Objective.Need> needs() {
        return needs;
      }

      @Override
      public Tree<Tensor> init(Tree<Tensor> parameters) {
        return Tree.empty();
      }

      @Override
      public Step step(
          Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
        Tree<Tensor> moved = parameters;
        Tensor loss = context.learningRate();
        for (Objective.Need need : needs) {
          switch (need) {
            case VALUE -> loss = objective.value(parameters);
            case GRADIENT -> moved = moved.zip(objective.gradient(parameters), Tensor::sub);
            case HESSIAN_VECTOR ->
                moved = moved.zip(objective.hessianVector(parameters, parameters), Tensor::sub);
            case GAUSS_NEWTON_VECTOR ->
                moved = moved.zip(objective.gaussNewtonVector(parameters, parameters), Tensor::sub);
            case PER_EXAMPLE_GRADIENTS ->
                moved =
                    moved.zip(objective.perExampleGradients(parameters), (p, g) -> p.sub(g.sum(0)));
            case PER_EXAMPLE_VALUES -> loss = objective.perExampleValues(parameters).sum();
            case CLIPPED_SUM ->
                moved =
                    moved.zip(
                        objective.clippedSum(parameters, Clipping.flat(1)).sum(), Tensor::sub);
            case LAYER_STATISTICS -> {
              Tree<LayerStatistics> layers =
                  objective.layerStatistics(parameters, Optional.empty());
              assertThat(layers.paths()).containsExactly("first/weight", "last/weight");
              for (LayerStatistics layer : layers.leaves()) {
                loss = loss.add(layer.inputs().sum()).add(layer.outputGradients().sum());
              }
            }
            case SAMPLED_GRADIENT ->
                moved =
                    moved.zip(objective.sampledGradient(parameters, context.key()), Tensor::sub);
            case DIRECTIONAL_DERIVATIVE ->
                loss = objective.directionalDerivative(parameters, parameters, 2);
          }
        }
        return new Step(moved, state, loss, Tree.empty());
      }
    };
  }

  /** Preconditions by a product of its own. */
  private static Optimizer whitening() {
    return new Optimizer() {
      @Override
      public Tree<Tensor> init(Tree<Tensor> parameters) {
        return Tree.empty();
      }

      @Override
      public Step step(
          Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
        Tree<Tensor> moved =
            parameters.map(
                p -> p.shape().rank() == 2 ? p.matmul(p.transpose()).matmul(p) : p.mul(2));
        return new Step(moved, state, context.learningRate(), Tree.empty());
      }
    };
  }

  private static TrainingStep step(Optimizer optimizer, Precision precision) {
    Sequential layers =
        Sequential.empty()
            .then("first", new Dense(4, Parts.normal(1)))
            .then("tanh", new ActivationLayer(Tensor::tanh))
            .then("last", new Dense(2, Parts.normal(1)));
    return TrainingStep.build(
        new TrainingStep.Settings(
            new LayerModel(layers, TensorType.of(DType.F32, 3)),
            new Parts.SquaredError(true),
            optimizer,
            new LearningRate((number, total) -> number.constant(DType.F64, 1.0), 0.1, 100),
            Gradients.exact().in(precision),
            StepInputs.of(INPUTS, TARGETS)));
  }

  /** For each product how many of its operands are rounded. */
  private static List<Long> roundedOperands(Graph graph) {
    Map<Integer, Node> producers = new HashMap<>();
    graph.nodes().forEach(node -> node.results().forEach(v -> producers.put(v.id(), node)));
    return graph.nodes().stream()
        .filter(node -> node.op() instanceof Dot)
        .map(node ->
            node.operands().stream()
                .map(v -> producers.get(v.id()))
                .filter(made -> made != null && made.op() instanceof Convert)
                .filter(made -> made.operands().getFirst().type().dtype() == DType.BF16)
                .count())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Objective.Need.class)
  void everyProductOfTheModelAndItsDerivativesTakesBf16(Objective.Need need) {
    Graph exact = step(asking(Set.of(need)), Precision.F32).stepGraph();
    Graph mixed = step(asking(Set.of(need)), Precision.BF16).stepGraph();

    assertThat(roundedOperands(exact)).isNotEmpty().containsOnly(0L);
    assertThat(roundedOperands(mixed)).hasSameSizeAs(roundedOperands(exact)).containsOnly(2L);
    assertThat(mixed.outputTypes()).isEqualTo(exact.outputTypes());
  }

  @Test
  void whatIsAskedTwiceIsComputedOnce() {
    Set<Objective.Need> both = Set.of(Objective.Need.VALUE, Objective.Need.GRADIENT);
    Set<Objective.Need> one = Set.of(Objective.Need.GRADIENT);

    assertThat(roundedOperands(step(asking(both), Precision.BF16).stepGraph()))
        .hasSameSizeAs(roundedOperands(step(asking(one), Precision.BF16).stepGraph()));
  }

  @Test
  void theOptimizersOwnProductsAndTheEvaluationStayInF32() {
    assertThat(roundedOperands(step(whitening(), Precision.BF16).stepGraph()))
        .isNotEmpty()
        .containsOnly(0L);
    assertThat(roundedOperands(step(whitening(), Precision.BF16).evaluationGraph(INPUTS, TARGETS)))
        .isNotEmpty()
        .containsOnly(0L);
  }
}
