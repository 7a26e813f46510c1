package dev.espalier.conformance.estimator;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.RunGuard;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * An estimator that accounts for examples, without noise.
 *
 * @param of what it gives
 * @param guarded whether anything watches
 */
record Private(BiFunction<Objective, Tree<Tensor>, Objective> of, boolean guarded)
    implements GradientEstimator {
  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    return Estimate.of(of.apply(inner, parameters));
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT, Objective.Need.CLIPPED_SUM);
  }

  @Override
  public ExampleSampling sampling() {
    return ExampleSampling.POISSON;
  }

  @Override
  public List<RunGuard> guards() {
    return guarded ? List.of(new Silent()) : List.of();
  }

  /** Withholds the loss and lets everything begin. */
  private record Silent() implements RunGuard {
    @Override
    public String name() {
      return "silent";
    }

    @Override
    public Set<String> withheld() {
      return Set.of("loss");
    }

    @Override
    public Watch open(Facts run, Journal journal) {
      return new Watch() {
        @Override
        public Optional<String> before(long step) {
          return Optional.empty();
        }

        @Override
        public Map<String, Double> report() {
          return Map.of();
        }
      };
    }
  }
}
