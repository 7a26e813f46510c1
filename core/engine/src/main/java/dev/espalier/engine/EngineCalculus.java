package dev.espalier.engine;

import dev.espalier.api.ir.Calculus;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.List;
import java.util.function.Function;

/** {@link Derivatives} for plugins. */
public final class EngineCalculus implements Calculus {
  /** For the service loader. */
  public EngineCalculus() {}

  @Override
  public Pushed jvp(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> tangents) {
    Derivatives.Pushed pushed = Derivatives.jvp(function, at, tangents);
    return new Pushed(pushed.values(), pushed.tangents());
  }

  @Override
  public Pulled vjp(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> at, List<Tensor> cotangents) {
    Derivatives.Pulled pulled = Derivatives.vjp(function, at, cotangents);
    return new Pulled(pulled.values(), pulled.cotangents());
  }

  @Override
  public List<Tensor> vmap(
      Function<List<Tensor>, List<Tensor>> function, List<Tensor> arguments, List<Boolean> mapped) {
    return Derivatives.vmap(function, arguments, mapped);
  }

  @Override
  public Tensor directionalDerivative(
      Function<Tree<Tensor>, Tensor> function, Tree<Tensor> at, Tree<Tensor> direction, int order) {
    return Derivatives.directionalDerivative(function, at, direction, order);
  }
}
