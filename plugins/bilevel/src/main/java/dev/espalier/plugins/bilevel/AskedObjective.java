package dev.espalier.plugins.bilevel;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.WrappedObjective;
import java.util.EnumSet;
import java.util.Set;

/** An objective that answers what was declared to be asked, and refuses the rest. */
record AskedObjective(Objective inner, String who, Set<Need> declared) implements WrappedObjective {
  AskedObjective {
    declared = Set.copyOf(declared);
    for (Need need : declared) {
      if (!inner.offers().contains(need)) {
        throw Objective.notOffered("what " + who + " asks", need, inner.offers());
      }
    }
  }

  @Override
  public Set<Need> offers() {
    Set<Need> offered = EnumSet.noneOf(Need.class);
    offered.addAll(declared);
    return offered;
  }

  private Objective asked(Need need) {
    if (!declared.contains(need)) {
      throw Objective.notOffered("what " + who + " declared", need, declared);
    }
    return inner;
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return asked(Need.VALUE).value(parameters);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    return asked(Need.GRADIENT).valueAndGradient(parameters);
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return asked(Need.HESSIAN_VECTOR).hessianVector(parameters, vector);
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return asked(Need.GAUSS_NEWTON_VECTOR).gaussNewtonVector(parameters, vector);
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return asked(Need.DIRECTIONAL_DERIVATIVE).directionalDerivative(parameters, direction, order);
  }
}
