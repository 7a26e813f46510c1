package dev.espalier.api.training;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.Set;

/** See {@link Objective#at}. */
record PointObjective(Tree<Tensor> point, ValueAndGradient answer, String name)
    implements Objective {
  @Override
  public Set<Need> offers() {
    return Set.of(Need.GRADIENT);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Identity is the meaning.
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    boolean here = parameters.paths().equals(point.paths());
    for (String path : point.paths()) {
      here = here && parameters.get(path) == point.get(path);
    }
    if (!here) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          "a gradient at the point that the step begins with",
          name + " was asked for one at another point",
          "use an optimizer that asks at the parameters alone");
    }
    return answer;
  }
}
