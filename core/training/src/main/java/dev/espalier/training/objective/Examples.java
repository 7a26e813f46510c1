package dev.espalier.training.objective;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import java.util.Optional;

/**
 * The tensors of a batch.
 *
 * @param inputs [rows, ...]
 * @param targets [rows, ...]
 * @param present which rows are examples, BOOL [rows]; empty where all are
 * @param count what sums over examples are divided by, an F64 scalar; empty for the rows
 */
public record Examples(
    Tensor inputs, Tensor targets, Optional<Tensor> present, Optional<Tensor> count) {
  /** A batch of which every row is an example. */
  public static Examples all(Tensor inputs, Tensor targets) {
    return new Examples(inputs, targets, Optional.empty(), Optional.empty());
  }

  int rows() {
    return inputs.shape().extent(0);
  }

  Tensor count(DType dtype) {
    return count.map(c -> c.to(dtype)).orElseGet(() -> inputs.constant(dtype, (double) rows()));
  }

  /** Of [rows, ...] what belongs to examples, 0 elsewhere. */
  Tensor counted(Tensor x) {
    return present.map(p -> p.broadcast(x.shape(), 0).select(x, x.zerosLike())).orElse(x);
  }

  /** The mean of [rows]. */
  Tensor mean(Tensor values) {
    return present.isEmpty() && count.isEmpty()
        ? values.mean()
        : counted(values).sum().div(count(values.dtype()));
  }

  Examples part(int from, int to) {
    Tensor share = count(DType.F64).mul((to - from) / (double) rows());
    return new Examples(
        inputs.slice(0, from, to),
        targets.slice(0, from, to),
        present.map(p -> p.slice(0, from, to)),
        count.isEmpty() ? Optional.empty() : Optional.of(share));
  }
}
