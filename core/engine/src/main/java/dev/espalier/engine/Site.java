package dev.espalier.engine;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Node;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.engine.Vectorise.Batched;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An operation where something that is the same for all examples meets something that is not.
 *
 * @param node the operation, of one example
 * @param anchor a tensor of the trace
 * @param size the number of examples
 * @param x its operands for all examples
 * @param shared which of them are the same for all and depend on parameters
 * @param bars the gradients of each example's loss in the results, examples in front
 */
record Site(
    Node node,
    Tensor anchor,
    int size,
    List<Batched> x,
    List<Integer> shared,
    List<@Nullable Tensor> bars) {
  /**
   * What one number of an example's gradient costs, written and read twice, in multiplications of a
   * matrix product.
   */
  private static final long HELD_COST = 24;

  private boolean[] only(int operand) {
    boolean[] wanted = new boolean[x.size()];
    wanted[operand] = true;
    return wanted;
  }

  /** The sum over examples of factors times gradients in an operand; null where it is zero. */
  @Nullable Tensor sum(int operand, Tensor factors) {
    List<@Nullable Tensor> weighted = new ArrayList<>();
    for (Tensor bar : bars) {
      weighted.add(bar == null ? null : bar.mul(ExampleGradients.weights(factors, bar)));
    }
    return ExampleGradients.record(node.op(), anchor, size, x, only(operand))
        .pull()
        .apply(weighted)
        .get(operand);
  }

  /** Each example's gradient in an operand, examples in front; null where it is zero. */
  @Nullable Tensor gradients(int operand) {
    List<Batched> apart = new ArrayList<>(x);
    apart.set(operand, new Batched(x.get(operand).lift(size), true));
    return ExampleGradients.record(node.op(), anchor, size, apart, only(operand))
        .pull()
        .apply(bars)
        .get(operand);
  }

  /**
   * What an example's gradient is the product of: {@code sum over r of a[b, r, :] g[b, r, :]^T}.
   *
   * @param inputs a, [examples, batch, rows, in]
   * @param outputs g, [examples, batch, rows, out]
   * @param axes the operand's axes as (batch..., in..., out...)
   * @param inputAxes how many of them are in
   */
  private record Pair(Tensor inputs, Tensor outputs, List<Integer> axes, int inputAxes) {
    Tensor gram(Tensor t) {
      return t.apply(new Dot(List.of(0, 1), List.of(0, 1), List.of(3), List.of(3)), List.of(t, t))
          .getFirst();
    }

    Tensor squaredNorm() {
      if (inputs.shape().extent(2) == 1) {
        return inputs.square().sum(2, 3).mul(outputs.square().sum(2, 3)).sum(1);
      }
      // Where positions cancel, rounding may leave less than nothing.
      return gram(inputs).mul(gram(outputs)).sum(1, 2, 3).max(0);
    }
  }

  private Optional<Pair> pair() {
    Tensor bar = bars.getFirst();
    if (shared.size() != 1 || bar == null) {
      return Optional.empty();
    }
    int operand = shared.getFirst();
    return switch (node.op()) {
      case Dot dot -> Optional.of(pair(dot, operand == 0, bar));
      case Convolution convolution when operand == 1 && convolution.groups() == 1 ->
          Optional.of(pair(convolution, bar));
      default -> Optional.empty();
    };
  }

  private Pair pair(Dot dot, boolean left, Tensor bar) {
    Tensor other = x.get(left ? 1 : 0).tensor();
    int rank = other.shape().rank() - 1;
    Shape own = x.get(left ? 0 : 1).tensor().shape();
    List<Integer> batch = left ? dot.rightBatch() : dot.leftBatch();
    List<Integer> contract = left ? dot.rightContract() : dot.leftContract();
    List<Integer> free = left ? dot.rightFree(rank) : dot.leftFree(rank);
    List<Integer> ownFree = left ? dot.leftFree(own.rank()) : dot.rightFree(own.rank());
    Tensor inputs = examples(other, batch, free, contract);
    int first = batch.size();
    int ownFirst = left ? first : first + free.size();
    int otherFirst = left ? first + ownFree.size() : first;
    Tensor outputs =
        examples(
            bar,
            range(0, first),
            range(otherFirst, otherFirst + free.size()),
            range(ownFirst, ownFirst + ownFree.size()));
    List<Integer> axes = new ArrayList<>(left ? dot.leftBatch() : dot.rightBatch());
    List<Integer> ownContract = left ? dot.leftContract() : dot.rightContract();
    axes.addAll(ownContract);
    axes.addAll(ownFree);
    return new Pair(inputs, outputs, axes, ownContract.size());
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  /** [examples, ...] as [examples, batch, rows, columns], of axes counted without the first. */
  private static Tensor examples(
      Tensor t, List<Integer> batch, List<Integer> rows, List<Integer> columns) {
    List<Integer> order = new ArrayList<>(List.of(0));
    int[] extents = {t.shape().extent(0), 1, 1, 1};
    int group = 1;
    for (List<Integer> axes : List.of(batch, rows, columns)) {
      for (int axis : axes) {
        order.add(axis + 1);
        extents[group] *= t.shape().extent(axis + 1);
      }
      group++;
    }
    return t.transpose(order.stream().mapToInt(Integer::intValue).toArray())
        .reshape(Shape.of(extents));
  }

  private Pair pair(Convolution op, Tensor bar) {
    Tensor input = x.getFirst().tensor();
    Shape shape = input.shape();
    Shape kernel = x.get(1).tensor().shape();
    int many = shape.extent(1);
    Tensor joined = input.reshape(Shape.of(size * many).concat(shape.slice(2, shape.rank())));
    Shape places = bar.shape().slice(3, bar.shape().rank());
    Tensor patches = Patches.of(op, joined, kernel, places);
    int in = kernel.slice(1, kernel.rank()).size();
    Tensor inputs =
        patches
            .reshape(size, many, in, places.size())
            .transpose(0, 1, 3, 2)
            .reshape(size, 1, many * places.size(), in);
    Tensor outputs =
        bar.reshape(size, many, kernel.extent(0), places.size())
            .transpose(0, 1, 3, 2)
            .reshape(size, 1, many * places.size(), kernel.extent(0));
    List<Integer> axes = new ArrayList<>(range(1, kernel.rank()));
    axes.add(0);
    return new Pair(inputs, outputs, axes, kernel.rank() - 1);
  }

  /** The squared norm of each example's gradient where it costs less than the gradient. */
  Optional<Tensor> squaredNorm() {
    if (node.op() instanceof Gather gather) {
      return squaredNorm(gather);
    }
    return pair().filter(Site::isCheap).map(pair -> wide(pair).squaredNorm());
  }

  private static boolean isCheap(Pair pair) {
    long rows = pair.inputs().shape().extent(2);
    long in = pair.inputs().shape().extent(3);
    long out = pair.outputs().shape().extent(3);
    return rows == 1 || rows * rows * (in + out) <= HELD_COST * in * out;
  }

  private static Pair wide(Pair pair) {
    DType wide = pair.inputs().dtype() == DType.F64 ? DType.F64 : DType.F32;
    return new Pair(pair.inputs().to(wide), pair.outputs().to(wide), pair.axes(), pair.inputAxes());
  }

  /** Of rows that several indices name, gradients meet where the indices are equal. */
  private Optional<Tensor> squaredNorm(Gather gather) {
    Tensor bar = bars.getFirst();
    Batched indices = x.get(1);
    Shape table = x.getFirst().tensor().shape();
    if (bar == null || gather.batch() != 0 || !indices.mapped() || !shared.equals(List.of(0))) {
      return Optional.empty();
    }
    int extent = table.extent(gather.axis());
    int rows = indices.tensor().shape().size() / Math.max(1, size);
    int columns = table.size() / Math.max(1, extent);
    if ((long) rows * rows > HELD_COST * extent) {
      return Optional.empty();
    }
    int named = indices.tensor().shape().rank() - 1;
    List<Integer> others = new ArrayList<>(range(0, gather.axis()));
    others.addAll(range(gather.axis() + named, bar.shape().rank() - 1));
    DType wide = bar.dtype() == DType.F64 ? DType.F64 : DType.F32;
    Tensor g =
        examples(bar, List.of(), range(gather.axis(), gather.axis() + named), others)
            .reshape(size, rows, columns)
            .to(wide);
    Tensor index = indices.tensor().reshape(size, rows);
    Shape square = Shape.of(size, rows, rows);
    Tensor down = index.broadcast(square, 0, 1);
    Tensor inside = down.ge(0).and(down.lt(extent));
    Tensor same = down.eq(index.broadcast(square, 0, 2)).and(inside);
    Tensor gram =
        g.apply(new Dot(List.of(0), List.of(0), List.of(2), List.of(2)), List.of(g, g)).getFirst();
    return Optional.of(same.select(gram, gram.zerosLike()).sum(1, 2).max(0));
  }

  /** What meets here, where it is a product without axes in step. */
  Optional<LayerStatistics> statistics() {
    return pair()
        .filter(pair -> pair.inputs().shape().extent(1) == 1)
        .filter(pair -> pair.axes().size() == x.get(shared.getFirst()).tensor().shape().rank())
        .map(pair ->
            new LayerStatistics(
                pair.inputs().squeeze(1),
                pair.outputs().squeeze(1),
                pair.axes(),
                pair.inputAxes(),
                x.get(shared.getFirst()).tensor().shape()));
  }
}
