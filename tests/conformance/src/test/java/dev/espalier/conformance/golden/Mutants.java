package dev.espalier.conformance.golden;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.Schedule;
import dev.espalier.api.training.StepContext;
import java.util.Optional;

/** Wrong extensions, each with one mistake that golden points must find. */
final class Mutants {
  private Mutants() {}

  /** Another smooth function with a dip left of 0. */
  record SwishAsMish() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.mul(x.logistic());
    }
  }

  /** The definition taken literally. */
  record NaiveSoftplus() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.exp().add(1).log();
    }
  }

  /** The select hides an infinite value, but not its infinite derivative. */
  record UnguardedElu() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.le(0).select(x.expm1(), x);
    }
  }

  static Optimizer adamWithoutBiasCorrection() {
    return Optimizer.of(new UncorrectedAdam());
  }

  /** The averages lean towards their start. */
  record UncorrectedAdam() implements GradientTransform {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      Tree<Tensor> zeros = parameters.map(Tensor::zerosLike);
      return zeros.under("m").and(zeros.under("v"));
    }

    @Override
    public Result update(
        Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tree<Tensor> m = state.subtree("m").zip(gradient, (a, g) -> a.mul(0.9).add(g.mul(0.1)));
      Tree<Tensor> v =
          state.subtree("v").zip(gradient, (a, g) -> a.mul(0.999).add(g.square().mul(0.001)));
      return new Result(
          m.zip(v, (mx, vx) -> mx.div(vx.sqrt().add(1e-8))), m.under("m").and(v.under("v")));
    }
  }

  /** The mean over the batch for every example. */
  record MixingLoss() implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      Tensor each = predictions.sub(targets).square().mean(1);
      return each.mean().broadcast(each.shape());
    }
  }

  /** The Hessian of half the squared error. */
  record HalfHessian() implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return predictions.sub(targets).square().mean(1);
    }

    @Override
    public Optional<Tensor> outputHessianVector(Tensor predictions, Tensor targets, Tensor vector) {
      return Optional.of(vector.div(predictions.shape().extent(1)));
    }
  }

  /** No warm-up. */
  record ColdConstant() implements Schedule {
    @Override
    public Tensor factor(Tensor step, Tensor total) {
      return step.onesLike();
    }
  }
}
