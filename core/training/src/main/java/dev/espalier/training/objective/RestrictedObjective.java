package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An objective that refuses what its user did not declare, so that what a part declares is what it
 * asks.
 */
public final class RestrictedObjective implements Objective {
  private final Objective inner;
  private final String user;
  private final Set<Need> declared;

  /**
   * Restricts an objective to declared questions.
   *
   * @param inner who answers
   * @param offeredBy the name of the part that answers
   * @param user the name of the part that asks
   * @param declared what it declares
   * @throws EspalierException MISSING_NEED where a declared question is not offered
   */
  public RestrictedObjective(
      Objective inner, String offeredBy, String user, Collection<Need> declared) {
    this.inner = inner;
    this.user = user;
    Set<Need> own = EnumSet.noneOf(Need.class);
    own.addAll(declared);
    this.declared = Collections.unmodifiableSet(own);
    Set<Need> missing = EnumSet.noneOf(Need.class);
    missing.addAll(declared);
    missing.removeAll(inner.offers());
    if (!missing.isEmpty()) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          user + " needs " + names(missing),
          offeredBy + " offers " + names(inner.offers()),
          "use another optimizer or another gradient estimator");
    }
  }

  private static String names(Collection<Need> needs) {
    return needs.isEmpty()
        ? "nothing"
        : needs.stream().sorted().map(Need::name).collect(Collectors.joining(", "));
  }

  private Objective allowed(Need need) {
    if (!declared.contains(need)) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          user + " asks its objective for " + need,
          user + " declares " + names(declared),
          "add " + need + " to the needs() of " + user);
    }
    return inner;
  }

  @Override
  public Set<Need> offers() {
    return declared;
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return allowed(Need.VALUE).value(parameters);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return allowed(Need.GRADIENT).valueAndGradient(parameters);
  }

  @Override
  public Tree<Tensor> gradient(Tree<Tensor> parameters) {
    return allowed(Need.GRADIENT).gradient(parameters);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return allowed(Need.HESSIAN_VECTOR).hessianVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return allowed(Need.GAUSS_NEWTON_VECTOR).gaussNewtonVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return allowed(Need.PER_EXAMPLE_GRADIENTS).perExampleGradients(parameters);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return allowed(Need.DIRECTIONAL_DERIVATIVE).directionalDerivative(parameters, direction, order);
  }
}
