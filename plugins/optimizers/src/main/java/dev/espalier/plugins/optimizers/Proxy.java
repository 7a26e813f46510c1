package dev.espalier.plugins.optimizers;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import java.util.function.Function;

/** A loss that is like the batch's and costs less to ask, for {@link ProxProx}. */
@FunctionalInterface
public interface Proxy {
  /** The proxy in a step. */
  Objective of(Objective batch);

  /** The loss of the first rows of the batch, this share of them rounded up. */
  static Proxy part(double share) {
    return batch -> {
      int rows = (int) Math.ceil(share * batch.rows());
      return rows >= batch.rows() ? batch : batch.part(0, rows);
    };
  }

  /** Any traced scalar function of the parameters, as a model of the loss. */
  static Proxy of(Function<Tree<Tensor>, Tensor> function) {
    return batch -> Objective.of(function);
  }
}
