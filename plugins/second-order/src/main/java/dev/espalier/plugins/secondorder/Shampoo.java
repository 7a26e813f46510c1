package dev.espalier.plugins.secondorder;

import dev.espalier.api.ir.Dot;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.StepContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Shampoo, for tensors G of order k:
 *
 * <pre>
 * H_i = statistic(H_i, mat_i(G) mat_i(G)^T)                      for each axis i
 * R_i = (H_i + (epsilon + ridge * max(H_i)) I)^(-1/(2k))         in the first of every interval steps
 * P = G times R_i along each axis i
 * direction = P * |grafted| / |P|,  or P without grafting
 * </pre>
 *
 * <p>For a matrix these are {@code L^(-1/4) G R^(-1/4)}, for a vector full-matrix AdaGrad. It is
 * made of parts, each of which may be replaced: the statistic, the inverse root, the blocks that a
 * tensor is cut into, and the transform whose length a tensor's direction gets. Axes of extent 1 do
 * not count, so that a matrix [1, n] is a vector.
 *
 * <p>Where a root's residual is over 0.1 or NaN, the root before stays, as in the authors' program.
 * The ridge is relative to the largest element, without it rounding makes statistics in F32
 * indefinite; 0 is the paper's method, whose {@code H_i} begins at {@code epsilon I}, of 1e-4
 * there.
 *
 * <p>State: {@code statistic/PATH/AXIS} [blocks, n, n], from 0, {@code root/PATH/AXIS}, from the
 * identity, and {@code grafting/...}. A parameter without elements has none.
 *
 * <p>Source: V. Gupta, T. Koren, Y. Singer, "Shampoo: Preconditioned Stochastic Tensor
 * Optimization", arXiv:1802.09568, algorithm 2; interval, grafting and blocks of R. Anil, V. Gupta,
 * T. Koren, K. Regan, Y. Singer, "Scalable Second Order Optimization for Deep Learning",
 * arXiv:2002.09018.
 *
 * @param statistic how products of gradients become a matrix
 * @param epsilon what is added to a statistic's diagonal, more than 0
 * @param ridge what is added of its largest element, at least 0
 * @param root how roots are computed
 * @param rootInterval from how many steps to how many, at least 1
 * @param blocking what is preconditioned by itself
 * @param grafting the transform whose length directions get; empty for their own
 */
public record Shampoo(
    Statistic statistic,
    double epsilon,
    double ridge,
    InverseRoot root,
    long rootInterval,
    Blocking blocking,
    Optional<GradientTransform> grafting)
    implements GradientTransform {
  private static final String STATISTIC = "statistic";
  private static final String ROOT = "root";
  private static final String GRAFTING = "grafting";
  private static final double LARGEST_RESIDUAL = 0.1;

  public Shampoo {
    new Interval(rootInterval);
  }

  @Override
  public Tree<Tensor> init(Tree<Tensor> parameters) {
    Map<String, Tensor> statistics = new LinkedHashMap<>();
    WorkingPrecision.of(parameters)
        .asMap()
        .forEach((path, p) -> {
          if (p.shape().size() > 0) {
            Blocks blocks = blocking.of(p.shape());
            for (int axis = 0; axis < blocks.order(); axis++) {
              int n = blocks.block().extent(axis);
              Tensor zeros = p.constant(p.dtype(), 0.0).broadcast(Shape.of(blocks.count(), n, n));
              statistics.put(path + "/" + axis, zeros);
            }
          }
        });
    Tree<Tensor> zeros = Tree.of(statistics);
    Tree<Tensor> grafted =
        grafting.map(g -> g.init(parameters).under(GRAFTING)).orElse(Tree.empty());
    return zeros
        .under(STATISTIC)
        .and(zeros.map(SquareMatrices::identities).under(ROOT))
        .and(grafted);
  }

  @Override
  public Result update(
      Tree<Tensor> gradient, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
    Tree<Tensor> g = WorkingPrecision.of(gradient);
    Tree<Tensor> blocks =
        g.filter(path -> g.get(path).shape().size() > 0).map(x -> blocking.of(x.shape()).split(x));
    Tree<Tensor> statistics =
        state
            .subtree(STATISTIC)
            .mapWithPath((path, before) -> statistic.next(before, product(blocks, path)));
    Tree<Tensor> before = state.subtree(ROOT);
    Tree<Tensor> roots =
        new Interval(rootInterval)
            .refreshed(context, before, () -> roots(statistics, before, blocks));
    Tree<Tensor> preconditioned =
        g.mapWithPath((path, x) ->
            blocks.contains(path)
                ? blocking.of(x.shape()).join(times(blocks.get(path), roots.subtree(path)))
                : x);
    Tree<Tensor> next = statistics.under(STATISTIC).and(roots.under(ROOT));
    if (grafting.isEmpty()) {
      return new Result(WorkingPrecision.back(preconditioned, parameters), next);
    }
    Result grafted = grafting.get().update(gradient, parameters, state.subtree(GRAFTING), context);
    Tree<Tensor> direction =
        preconditioned.zip(WorkingPrecision.of(grafted.direction()), Shampoo::ofLength);
    return new Result(
        WorkingPrecision.back(direction, parameters), next.and(grafted.state().under(GRAFTING)));
  }

  private static int axis(String path) {
    return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
  }

  private static Tensor of(Tree<Tensor> blocks, String path) {
    return blocks.get(path.substring(0, path.lastIndexOf('/')));
  }

  /** {@code mat_i(G) mat_i(G)^T} of each block. */
  private static Tensor product(Tree<Tensor> blocks, String path) {
    Tensor x = of(blocks, path);
    int kept = axis(path) + 1;
    List<Integer> others =
        IntStream.range(1, x.shape().rank()).filter(i -> i != kept).boxed().toList();
    return x.dot(new Dot(List.of(0), List.of(0), others, others), x);
  }

  /** Blocks times a root along each axis. */
  private static Tensor times(Tensor blocks, Tree<Tensor> roots) {
    Dot firstAxis = new Dot(List.of(0), List.of(0), List.of(1), List.of(1));
    Tensor x = blocks;
    // Each product puts its axis last; after all of them the order is what it was.
    for (Tensor factor : roots.leaves()) {
      x = x.dot(firstAxis, factor);
    }
    return x;
  }

  /** What matrices have in common that go together. */
  private record Kind(int size, int order, DType dtype) {}

  /** Matrices of one kind are one batch. */
  private Tree<Tensor> roots(Tree<Tensor> statistics, Tree<Tensor> before, Tree<Tensor> blocks) {
    Map<Kind, List<String>> alike = new LinkedHashMap<>();
    statistics
        .asMap()
        .forEach((path, x) -> {
          int order = 2 * (of(blocks, path).shape().rank() - 1);
          Kind kind = new Kind(x.shape().extent(-1), order, x.dtype());
          alike.computeIfAbsent(kind, key -> new ArrayList<>()).add(path);
        });
    Map<String, Tensor> roots = new LinkedHashMap<>();
    alike.forEach((kind, paths) -> {
      List<Tensor> parts = paths.stream().map(statistics::get).toList();
      Tensor together = joined(parts);
      Tensor damping = together.abs().reduceMax(1, 2).mul(ridge).add(epsilon);
      Tensor shift = SquareMatrices.each(damping, together.shape());
      Tensor damped = together.add(SquareMatrices.identities(together).mul(shift));
      InverseRoot.Roots found = root.of(damped, damping, kind.order());
      Tensor good = found.residuals().le(LARGEST_RESIDUAL);
      int from = 0;
      for (String path : paths) {
        Tensor old = before.get(path);
        int to = from + old.shape().extent(0);
        Tensor taken = SquareMatrices.each(good.slice(0, from, to), old.shape());
        roots.put(path, taken.select(found.matrices().slice(0, from, to), old));
        from = to;
      }
    });
    return Tree.of(roots);
  }

  private static Tensor joined(List<Tensor> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : parts.getFirst().concat(0, parts.subList(1, parts.size()).toArray(Tensor[]::new));
  }

  /** The first where it is 0, else of the length of the second. */
  private static Tensor ofLength(Tensor direction, Tensor grafted) {
    Tensor own = length(direction);
    Tensor factor = own.eq(0).select(own, length(grafted).div(own));
    return direction.mul(factor.broadcast(direction.shape()));
  }

  /** The L2 norm, with squares that do not overflow. */
  private static Tensor length(Tensor x) {
    if (x.dtype() != DType.F64) {
      return x.to(DType.F64).square().sum().sqrt().to(x.dtype());
    }
    if (x.shape().size() == 0) {
      return x.constant(x.dtype(), 0.0);
    }
    Tensor largest = x.abs().reduceMax();
    Tensor unit = largest.eq(0).select(largest.onesLike(), largest);
    return x.div(unit.broadcast(x.shape())).square().sum().sqrt().mul(unit);
  }
}
