package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Objective;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * An objective that refuses what its user did not declare, so that what a part declares is what it
 * asks.
 */
public final class RestrictedObjective implements Objective {
  private final Objective inner;
  private final String offeredBy;
  private final String user;
  private final Set<Need> declared;
  private final Set<Batch> batches;

  /** As the other constructor, for a user that asks about no other batches. */
  public RestrictedObjective(
      Objective inner, String offeredBy, String user, Collection<Need> declared) {
    this(inner, offeredBy, user, declared, Set.of());
  }

  /**
   * Restricts an objective to declared questions.
   *
   * @param inner who answers
   * @param offeredBy the name of the part that answers
   * @param user the name of the part that asks
   * @param declared what it declares
   * @param batches the other batches that it declares
   * @throws EspalierException MISSING_NEED where a declared question is not offered
   */
  public RestrictedObjective(
      Objective inner,
      String offeredBy,
      String user,
      Collection<Need> declared,
      Collection<Batch> batches) {
    this.inner = inner;
    this.offeredBy = offeredBy;
    this.user = user;
    this.declared = copy(Need.class, declared);
    this.batches = copy(Batch.class, batches);
    requireOffered(
        this.declared, inner.offers(), "use another optimizer or another gradient estimator");
    requireOffered(this.batches, inner.batches(), "train it where the step holds that batch");
  }

  private <E extends Enum<E>> void requireOffered(Set<E> declared, Set<E> offered, String repair) {
    Set<E> missing = new TreeSet<>(declared);
    missing.removeAll(offered);
    if (!missing.isEmpty()) {
      throw new EspalierException(
          ErrorCode.MISSING_NEED,
          user + " needs " + names(missing),
          offeredBy + " offers " + names(offered),
          repair);
    }
  }

  private static <E extends Enum<E>> Set<E> copy(Class<E> type, Collection<E> from) {
    Set<E> own = EnumSet.noneOf(type);
    own.addAll(from);
    return Collections.unmodifiableSet(own);
  }

  private static <E extends Enum<E>> String names(Collection<E> needs) {
    return needs.isEmpty()
        ? "nothing"
        : needs.stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
  }

  private Objective allowed(Need need) {
    if (!declared.contains(need)) {
      throw undeclared(need.name(), names(declared), "needs()");
    }
    return inner;
  }

  private EspalierException undeclared(String asked, String declares, String where) {
    return new EspalierException(
        ErrorCode.MISSING_NEED,
        user + " asks its objective for " + asked,
        user + " declares " + declares,
        "add " + asked + " to the " + where + " of " + user);
  }

  @Override
  public Set<Need> offers() {
    return declared;
  }

  @Override
  public Set<Batch> batches() {
    return batches;
  }

  @Override
  public int rows() {
    return inner.rows();
  }

  @Override
  public Optional<Tensor> present() {
    return inner.present();
  }

  @Override
  public Tensor examples(Tensor like) {
    return inner.examples(like);
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
  public Tensor perExampleValues(Tree<Tensor> parameters) {
    return allowed(Need.PER_EXAMPLE_VALUES).perExampleValues(parameters);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return allowed(Need.PER_EXAMPLE_GRADIENTS).perExampleGradients(parameters);
  }

  @Override
  public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    return allowed(Need.CLIPPED_SUM).clippedSum(parameters, clipping);
  }

  @Override
  public Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    if (sampled.isPresent()) {
      allowed(Need.SAMPLED_GRADIENT);
    }
    return allowed(Need.LAYER_STATISTICS).layerStatistics(parameters, sampled);
  }

  @Override
  public Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key key) {
    return allowed(Need.SAMPLED_GRADIENT).sampledGradient(parameters, key);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return allowed(Need.DIRECTIONAL_DERIVATIVE).directionalDerivative(parameters, direction, order);
  }

  @Override
  public Objective on(Batch batch) {
    if (!batches.contains(batch)) {
      throw undeclared(batch.name(), names(batches), "batches()");
    }
    return again(inner.on(batch), Set.of());
  }

  @Override
  public Objective part(int from, int to) {
    return again(inner.part(from, to), batches);
  }

  @Override
  public Objective holding(Tree<Tensor> fixed) {
    return again(inner.holding(fixed), batches);
  }

  /** The same of another objective, which has to offer as much. */
  private Objective again(Objective other, Set<Batch> others) {
    return new RestrictedObjective(other, offeredBy, user, declared, others);
  }
}
