package dev.espalier.engine;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Closure;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * The sum of the clipped gradients of single examples, of as many examples at a time as are worth
 * it.
 *
 * <p>Until the norms are known, everything that the gradients are made of is held, or the gradients
 * themselves, which is more than a plain gradient holds. But an example's factor follows from its
 * own gradient alone, so the examples may be gone through in parts, in a loop: then only what
 * belongs to one part is held. Every part costs a pass over the sum, so it has to compute several
 * times as many numbers as that has; and a part of few numbers is slow and saves little. No part is
 * left shorter than the others, so a number of examples without divisors is one part.
 */
public final class ClippedGradients {
  /** How many times the numbers of the sum a part computes, at least, on its way to the loss. */
  private static final int VALUES_PER_SUM = 8;

  /** Numbers that a part computes, at least, on its way to the loss. */
  private static final long LEAST_VALUES = 1L << 22;

  /** Parts at most. */
  private static final int MOST_PARTS = 4;

  private ClippedGradients() {}

  /**
   * The losses and the clipped sum.
   *
   * @param losses [examples]
   * @param sum of the parameters' types
   * @param norms for each group of the clipping the norms before, [examples]
   */
  public record Clipped(Tensor losses, Tree<Tensor> sum, Tree<Tensor> norms) {}

  /**
   * The clipped sum at parameters.
   *
   * @param parameters the point
   * @param examples tensors with a leading axis for the examples, at least one
   * @param loss as in {@link ExampleGradients}
   * @param clipping how each example is scaled
   * @param present BOOL [examples]; those where it does not hold count for nothing
   */
  public static Clipped of(
      Tree<Tensor> parameters,
      List<Tensor> examples,
      BiFunction<Tree<Tensor>, List<Tensor>, Tensor> loss,
      Clipping clipping,
      Optional<Tensor> present) {
    return of(parameters, examples, loss, clipping, present, parts(parameters, examples, loss));
  }

  /**
   * The clipped sum at parameters.
   *
   * @param parameters the point
   * @param examples tensors with a leading axis for the examples, at least one
   * @param loss as in {@link ExampleGradients}
   * @param clipping how each example is scaled
   * @param present BOOL [examples]; those where it does not hold count for nothing
   * @param parts in how many parts the examples are gone through
   * @throws EspalierException BAD_ATTRIBUTE unless the parts are of the same size
   */
  public static Clipped of(
      Tree<Tensor> parameters,
      List<Tensor> examples,
      BiFunction<Tree<Tensor>, List<Tensor>, Tensor> loss,
      Clipping clipping,
      Optional<Tensor> present,
      int parts) {
    int rows = examples.getFirst().shape().extent(0);
    if (parts < 1 || rows % parts != 0) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          "examples are gone through in parts of the same size",
          parts + " parts of " + rows + " examples",
          "choose a divisor of the number of examples");
    }
    if (parts == 1) {
      return new ExampleGradients(parameters, examples, loss).clipped(clipping, present);
    }
    int count = examples.size();
    List<Tensor> cut = new ArrayList<>();
    Tensors.join(examples, present.stream().toList()).forEach(x -> cut.add(cut(x, parts)));
    List<Tensor> zeros = new ArrayList<>();
    parameters.leaves().forEach(p -> zeros.add(wide(p.zerosLike())));
    List<String> groups =
        new ArrayList<>(parameters.paths().stream().map(clipping::group).distinct().toList());
    ControlFlow.Scanned scanned =
        ControlFlow.scan(
            zeros,
            cut,
            parts,
            false,
            (sums, in) -> {
              Clipped part =
                  new ExampleGradients(parameters, in.subList(0, count), loss)
                      .clipped(
                          clipping,
                          present.isPresent() ? Optional.of(in.get(count)) : Optional.empty());
              List<Tensor> next = new ArrayList<>();
              for (int i = 0; i < sums.size(); i++) {
                next.add(sums.get(i).add(wide(part.sum().leaves().get(i))));
              }
              List<Tensor> kept = new ArrayList<>(List.of(part.losses()));
              groups.forEach(group -> kept.add(part.norms().get(group)));
              return new ControlFlow.Scanned(next, kept);
            });
    List<Tensor> joined = scanned.ys().stream().map(ClippedGradients::joined).toList();
    List<Tensor> sums = new ArrayList<>();
    for (int i = 0; i < zeros.size(); i++) {
      sums.add(scanned.carries().get(i).to(parameters.leaves().get(i).dtype()));
    }
    Tree<Tensor> norms = Tree.empty();
    for (int i = 0; i < groups.size(); i++) {
      norms = norms.and(groups.get(i), joined.get(i + 1));
    }
    return new Clipped(joined.getFirst(), parameters.withLeaves(sums), norms);
  }

  /** Halves add up in F32. */
  private static Tensor wide(Tensor x) {
    return x.to(x.dtype() == DType.F64 ? DType.F64 : DType.F32);
  }

  private static Tensor cut(Tensor x, int parts) {
    Shape shape = x.shape();
    int rows = shape.extent(0);
    return x.reshape(Shape.of(parts, rows / parts).concat(shape.slice(1, shape.rank())));
  }

  private static Tensor joined(Tensor x) {
    Shape shape = x.shape();
    return x.reshape(
        Shape.of(shape.extent(0) * shape.extent(1)).concat(shape.slice(2, shape.rank())));
  }

  /** In how many parts it is worth to go through the examples. */
  private static int parts(
      Tree<Tensor> parameters,
      List<Tensor> examples,
      BiFunction<Tree<Tensor>, List<Tensor>, Tensor> loss) {
    int rows = examples.getFirst().shape().extent(0);
    Closure one = ExampleGradients.lossOfOne(parameters, examples, loss);
    long values =
        Simplify.simplify(one.graph()).nodes().stream()
            .flatMap(node -> node.results().stream())
            .mapToLong(value -> value.type().shape().size())
            .sum();
    long sum = parameters.leaves().stream().mapToLong(p -> p.shape().size()).sum();
    long least = Math.max(LEAST_VALUES, VALUES_PER_SUM * sum);
    int most = (int) Math.min(Math.min(MOST_PARTS, rows), rows * values / least);
    return IntStream.rangeClosed(1, most).filter(parts -> rows % parts == 0).max().orElse(1);
  }
}
