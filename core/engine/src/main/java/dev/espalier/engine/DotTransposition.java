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
      Dot product = new Dot(barBatch, op.rightBatch(), barRight, rightFree);
      Tensor raw = bar.apply(product, List.of(bar, b)).getFirst();
      bars.set(0, arrange(raw, op.leftBatch(), leftFree, op.leftContract(), op.rightContract()));
    }
    if (active[1]) {
      Dot product = new Dot(barBatch, op.leftBatch(), barLeft, leftFree);
      Tensor raw = bar.apply(product, List.of(bar, a)).getFirst();
      bars.set(1, arrange(raw, op.rightBatch(), rightFree, op.rightContract(), op.leftContract()));
    }
    return bars;
  }

  /** Axes from (batch, free, contracted in the other side's order) to the operand's own order. */
  private static Tensor arrange(
      Tensor raw,
      List<Integer> batch,
      List<Integer> free,
      List<Integer> contract,
      List<Integer> partners) {
    List<Integer> order = new ArrayList<>(batch);
    order.addAll(free);
    IntStream.range(0, partners.size())
        .boxed()
        .sorted((i, j) -> Integer.compare(partners.get(i), partners.get(j)))
        .forEach(i -> order.add(contract.get(i)));
    return raw.transpose(BackwardRules.inverse(order));
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }
}
