package dev.espalier.conformance.estimator;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientEstimator;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Draws noise from a fixed seed. */
record Replaying() implements GradientEstimator, HostDraws {
  @Override
  public Estimate estimate(
      Objective inner, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    return Estimate.of(inner);
  }

  @Override
  public Set<Objective.Need> needs() {
    return Set.of(Objective.Need.GRADIENT);
  }

  @Override
  public Optional<HostDraws> hostDraws() {
    return Optional.of(this);
  }

  @Override
  public Tree<TensorType> types(Tree<TensorType> parameters) {
    return parameters;
  }

  @Override
  public Source open() {
    Random random = new Random(1);
    return into ->
        into.leaves()
            .forEach(leaf -> Arrays.setAll((double[]) leaf.storage(), i -> random.nextGaussian()));
  }
}
