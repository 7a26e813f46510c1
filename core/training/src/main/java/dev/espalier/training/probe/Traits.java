package dev.espalier.training.probe;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What an extension says of itself when it is asked, or traced on a small example, with the
 * hyperparameters it was made with.
 *
 * @param list each trait by name, in order
 */
public record Traits(List<Trait> list) {
  private static final int ROWS = 16;
  private static final int COLUMNS = 8;
  private static final TensorType PARAMETER = TensorType.of(DType.F32, ROWS, COLUMNS);

  /**
   * One of them.
   *
   * @param name its name, for people
   * @param text what there is to say
   */
  public record Trait(String name, String text) {}

  /** Copies the list. */
  public Traits {
    list = List.copyOf(list);
  }

  /** Those of an extension; none for what has none, such as a backend. */
  public static Traits of(Object extension) {
    List<Trait> found = new ArrayList<>();
    switch (extension) {
      case Optimizer optimizer -> {
        found.add(new Trait("needs", needs(optimizer.needs())));
        found.add(new Trait("state", state(optimizer::init)));
      }
      case GradientTransform transform -> found.add(new Trait("state", state(transform::init)));
      case GradientEstimator estimator -> found.add(new Trait("needs", needs(estimator.needs())));
      case Loss loss -> {
        found.add(
            new Trait(
                "targets",
                switch (loss.target()) {
                  case CLASSES -> "class indices";
                  case VALUES -> "values";
                }));
        found.add(new Trait("output Hessian", outputHessian(loss)));
      }
      case Activation activation -> found.addAll(activation(activation));
      default -> {}
    }
    return new Traits(found);
  }

  private static String needs(Set<Objective.Need> needs) {
    return needs.isEmpty()
        ? "nothing"
        : String.join(", ", needs.stream().sorted().map(Traits::words).toList());
  }

  private static String words(Objective.Need need) {
    return switch (need) {
      case VALUE -> "value";
      case GRADIENT -> "gradient";
      case HESSIAN_VECTOR -> "Hessian times vector";
      case GAUSS_NEWTON_VECTOR -> "Gauss-Newton matrix times vector";
      case PER_EXAMPLE_VALUES -> "losses of single examples";
      case PER_EXAMPLE_GRADIENTS -> "gradients of single examples";
      case CLIPPED_SUM -> "clipped sums of gradients of single examples";
      case LAYER_STATISTICS -> "inputs and output gradients of layers";
      case SAMPLED_GRADIENT -> "gradients at sampled labels";
      case DIRECTIONAL_DERIVATIVE -> "directional derivatives";
    };
  }

  /** The state for one parameter of a matrix's shape, by tracing. */
  private static String state(UnaryOperator<Tree<Tensor>> init) {
    AtomicReference<Tree<TensorType>> types = new AtomicReference<>(Tree.empty());
    return traced(() -> {
      Graph unused =
          Graph.trace(
              "init",
              List.of(PARAMETER),
              in -> {
                Tree<Tensor> state = init.apply(Tree.of("w", in.getFirst()));
                types.set(state.map(Tensor::type));
                return state.leaves();
              });
      return unused.outputs().isEmpty() ? "none" : size(types.get());
    });
  }

  private static String size(Tree<TensorType> state) {
    int each = 0;
    int scalars = 0;
    List<String> others = new ArrayList<>();
    for (TensorType type : state.leaves()) {
      if (type.shape().equals(PARAMETER.shape())) {
        each++;
      } else if (type.shape().rank() == 0) {
        scalars++;
      } else {
        others.add(type.toString());
      }
    }
    List<String> parts = new ArrayList<>();
    if (each > 0) {
      parts.add(each + (each == 1 ? " number" : " numbers") + " for each of a parameter");
    }
    if (!others.isEmpty()) {
      parts.add(String.join(", ", others) + " for a parameter " + PARAMETER);
    }
    if (scalars > 0) {
      parts.add(scalars + (scalars == 1 ? " scalar" : " scalars"));
    }
    return String.join(", ", parts);
  }

  private static String outputHessian(Loss loss) {
    TensorType predictions = TensorType.of(DType.F32, 2, 3);
    TensorType targets =
        loss.target() == Loss.Target.CLASSES ? TensorType.of(DType.I64, 2) : predictions;
    return traced(() -> {
      Graph graph =
          Graph.trace(
              "hessian",
              List.of(predictions, targets, predictions),
              in ->
                  loss.outputHessianVector(in.get(0), in.get(1), in.get(2))
                      .map(List::of)
                      .orElse(List.of()));
      return graph.outputs().isEmpty() ? "derived" : "in closed form";
    });
  }

  private static List<Trait> activation(Activation activation) {
    List<Trait> found = new ArrayList<>();
    AtomicReference<Tree<TensorType>> types = new AtomicReference<>(Tree.empty());
    String parameters =
        traced(() -> {
          Graph unused =
              Graph.trace(
                  "parameters",
                  List.of(TensorType.of(DType.F32, 1)),
                  in -> {
                    Tree<Tensor> tree =
                        activation.parameters(in.getFirst(), TensorType.of(DType.F32, COLUMNS));
                    types.set(tree.map(Tensor::type));
                    return tree.leaves();
                  });
          return unused.outputs().isEmpty() ? "" : types.get() + " for " + COLUMNS + " features";
        });
    if (!parameters.isEmpty()) {
      found.add(new Trait("trainable", parameters));
    }
    String features =
        traced(() -> {
          int given = activation.outputFeatures(COLUMNS);
          return given == COLUMNS ? "" : given + " for " + COLUMNS;
        });
    if (!features.isEmpty()) {
      found.add(new Trait("features", features));
    }
    return found;
  }

  /** An extension's fault is a trait too: whoever describes it wants to know. */
  private static String traced(Supplier<String> what) {
    try {
      return what.get();
    } catch (RuntimeException | LinkageError e) {
      return "not known: " + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
  }
}
