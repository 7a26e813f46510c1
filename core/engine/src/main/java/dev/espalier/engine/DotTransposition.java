package dev.espalier.engine;

import dev.espalier.api.ir.Dot;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The reverse rule of the generalised matrix product: each side is a product of the cotangent and
 * the other side.
 */
final class DotTransposition {
  private DotTransposition() {}

  static List<@Nullable Tensor> pull(Dot op, Tensor a, Tensor b, Tensor bar, boolean[] active) {
    List<Integer> leftFree = op.leftFree(a.shape().rank());
    List<Integer> rightFree = op.rightFree(b.shape().rank());
    int batch = op.leftBatch().size();
    List<Integer> barBatch = range(0, batch);
    List<Integer> barLeft = range(batch, batch + leftFree.size());
    List<Integer> barRight =
        range(batch + leftFree.size(), batch + leftFree.size() + rightFree.size());
    List<@Nullable Tensor> bars = Arrays.asList(new @Nullable Tensor[2]);
    if (active[0]) {
      bars.set(
          0,
          side(
              new Factor(bar, barBatch, barRight, barLeft.size()),
              new Factor(b, op.rightBatch(), rightFree, op.rightContract().size()),
              order(op.leftBatch(), leftFree, op.leftContract(), op.rightContract())));
    }
    if (active[1]) {
      bars.set(
          1,
          side(
              new Factor(bar, barBatch, barLeft, barRight.size()),
              new Factor(a, op.leftBatch(), leftFree, op.leftContract().size()),
              order(op.rightBatch(), rightFree, op.rightContract(), op.leftContract())));
    }
    return bars;
  }

  /**
   * An operand of a product.
   *
   * @param tensor the operand
   * @param batch its batch axes
   * @param contract its contracted axes
   * @param free the number of its other axes
   */
  private record Factor(Tensor tensor, List<Integer> batch, List<Integer> contract, int free) {
    Tensor times(Factor right) {
      Dot product = new Dot(batch, right.batch, contract, right.contract);
      return tensor.apply(product, List.of(tensor, right.tensor)).getFirst();
    }
  }

  /**
   * The product of the cotangent and the other side, its axes in the operand's own order. Of the
   * two orders of the factors, which give the same numbers, the one that needs no transpose is
   * taken, as for the weights of {@code x.matmul(w)}.
   *
   * @param order where the axes (batch, free of the cotangent, free of the other side) belong
   */
  private static Tensor side(Factor bar, Factor other, List<Integer> order) {
    int batch = bar.batch().size();
    List<Integer> exchanged = new ArrayList<>(order.subList(0, batch));
    exchanged.addAll(order.subList(batch + bar.free(), order.size()));
    exchanged.addAll(order.subList(batch, batch + bar.free()));
    List<Integer> inPlace = range(0, order.size());
    return exchanged.equals(inPlace) && !order.equals(inPlace)
        ? other.times(bar)
        : bar.times(other).transpose(BackwardRules.inverse(order));
  }

  /** The operand's axes as batch, free, contracted in the other side's order. */
  private static List<Integer> order(
      List<Integer> batch, List<Integer> free, List<Integer> contract, List<Integer> partners) {
    List<Integer> order = new ArrayList<>(batch);
    order.addAll(free);
    IntStream.range(0, partners.size())
        .boxed()
        .sorted((i, j) -> Integer.compare(partners.get(i), partners.get(j)))
        .forEach(i -> order.add(contract.get(i)));
    return order;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
