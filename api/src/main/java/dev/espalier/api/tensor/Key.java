package dev.espalier.api.tensor;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A key of the counter-based generator: the only source of randomness. A key is a value; using it
 * twice gives the same numbers twice, so derive one for each use with {@link #fold}.
 *
 * @param bits an I64 scalar in a trace
 */
public record Key(Tensor bits) {

  /**
   * The key derived from this one for a number, at least 0; different numbers give independent
   * keys.
   */
  public Key fold(long number) {
    if (number < 0) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          "fold derives keys for numbers of at least 0",
          Long.toString(number),
          "count uses of a key from 0");
    }
    return fold(bits.constant(DType.I64, number));
  }

  /** The key derived from this one for an I64 scalar of at least 0. */
  public Key fold(Tensor number) {
    // Counter 0 is for samples; derived keys are drawn at counters from 1 on.
    Tensor words = bits.randomBits(number.add(1), Shape.of(2)).to(DType.I64);
    Tensor low = words.slice(0, 0, 1).reshape().and(words.constant(DType.I64, 0xffffffffL));
    Tensor high = words.slice(0, 1, 2).reshape();
    return new Key(high.shiftLeft(high.constant(DType.I64, 32)).or(low));
  }

  /** Uniform random bits as I32. */
  public Tensor bits(Shape shape) {
    return bits.randomBits(bits.constant(DType.I64, 0), shape);
  }

  /**
   * Uniform on [0, 1): multiples of 2^-24 in F32, of 2^-53 in F64, of 2^-8 in BF16 and of 2^-11 in
   * F16, which all are exact, so that 1 is never reached by rounding.
   */
  public Tensor uniform(DType dtype, Shape shape) {
    if (dtype == DType.F64) {
      Tensor words = bits(shape.concat(Shape.of(2))).to(DType.I64);
      Tensor high = words.slice(-1, 0, 1).reshape(shape).and(mask(words, shape, 0x1fffffL));
      Tensor low = words.slice(-1, 1, 2).reshape(shape).and(mask(words, shape, 0xffffffffL));
      Tensor shift = words.constant(DType.I64, 32).broadcast(shape);
      return high.shiftLeft(shift).or(low).to(DType.F64).mul(0x1p-53);
    }
    int kept = dtype == DType.BF16 ? 8 : dtype == DType.F16 ? 11 : 24;
    Tensor words = bits(shape);
    Tensor shift = words.constant(DType.I32, 32 - kept).broadcast(shape);
    return words.unsignedShiftRight(shift).to(DType.F32).mul(Math.scalb(1.0, -kept)).to(dtype);
  }

  private static Tensor mask(Tensor anchor, Shape shape, long mask) {
    return anchor.constant(DType.I64, mask).broadcast(shape);
  }

  /**
   * Standard normal, by the transformation of G. Box and M. Muller, "A Note on the Generation of
   * Random Normal Deviates", 1958: {@code sqrt(-2 log(1 - u)) cos(2 pi v)}.
   */
  public Tensor normal(DType dtype, Shape shape) {
    DType working = dtype == DType.F64 ? DType.F64 : DType.F32;
    Tensor u = fold(0).uniform(working, shape);
    Tensor v = fold(1).uniform(working, shape);
    Tensor radius = u.neg().log1p().mul(-2).sqrt();
    return radius.mul(v.mul(2 * Math.PI).cos()).to(dtype);
  }

  /** True with a probability in [0, 1], independently. */
  public Tensor bernoulli(double probability, Shape shape) {
    return uniform(DType.F32, shape).lt(probability);
  }

  /** -1 or 1 with equal probability. */
  public Tensor rademacher(DType dtype, Shape shape) {
    Tensor words = bits(shape);
    Tensor bit = words.and(words.constantLike(1));
    return bit.to(dtype).mul(2).sub(1);
  }

  /** Standard normal tensors of the leaves' types, independent. */
  public Tree<Tensor> normalLike(Tree<Tensor> tree) {
    return forEach(tree, (key, leaf) -> key.normal(leaf.dtype(), leaf.shape()));
  }

  /** Tensors of the leaves' types, each element -1 or 1 with equal probability, independent. */
  public Tree<Tensor> rademacherLike(Tree<Tensor> tree) {
    return forEach(tree, (key, leaf) -> key.rademacher(leaf.dtype(), leaf.shape()));
  }

  private Tree<Tensor> forEach(Tree<Tensor> tree, BiFunction<Key, Tensor, Tensor> draw) {
    List<Tensor> drawn = new ArrayList<>();
    for (Tensor leaf : tree.leaves()) {
      drawn.add(draw.apply(fold(drawn.size()), leaf));
    }
    return tree.withLeaves(drawn);
  }

  /**
   * Indices along the last axis of logits, drawn with the probabilities of their softmax
   * (Gumbel-max), as I32.
   */
  public Tensor categorical(Tensor logits) {
    DType working = logits.dtype() == DType.F64 ? DType.F64 : DType.F32;
    Tensor u = uniform(working, logits.shape());
    // Off 0, so that both logarithms are finite; adding half a step would round up to 1.
    Tensor gumbel = u.max(working == DType.F64 ? 0x1p-54 : 0x1p-25).log().neg().log().neg();
    return logits.to(working).add(gumbel).argMax(-1);
  }

  /** A uniformly random order of 0 to n - 1 as I32. */
  public Tensor permutation(int n) {
    Tensor keys = uniform(DType.F64, Shape.of(n));
    return keys.argSort(0, false);
  }
}
