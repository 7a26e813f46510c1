package dev.espalier.api.ir;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Causal attention and its reverse derivative, two standard composites that every backend may know
 * by name. With queries q, keys k and values v of one floating-point type [..., time, d], time and
 * d at least 1 and any number of axes before them, and for positions i and j
 *
 * <pre>
 * s[i, j] = (q[i] . k[j]) / sqrt(d)  for j at most i     the scores; none for j after i
 * l[i]    = log sum_j e^s[i, j]
 * p[i, j] = e^(s[i, j] - l[i])                           the weights
 * o[i]    = sum_j p[i, j] v[j]
 * </pre>
 *
 * <p>{@value #NAME} maps (q, k, v) to (o, l); {@value #BACKWARD} maps (q, k, v, o, l, o', l') to
 * the cotangents (q', k', v') for the cotangents o' and l':
 *
 * <pre>
 * s'[i, j] = p[i, j] (o'[i] . v[j] - o'[i] . o[i] + l'[i])
 * q'[i] = sum_j s'[i, j] k[j] / sqrt(d)
 * k'[j] = sum_i s'[i, j] q[i] / sqrt(d)
 * v'[j] = sum_i p[i, j] o'[i]
 * </pre>
 *
 * <p>Both have reverse rules, whose transposes forward mode uses. {@value #BACKWARD} needs neither
 * s nor p from the forward pass, so that a backend can make both in blocks and hold memory in
 * proportion to time rather than to its square.
 *
 * <p>Numerics: BF16 and F16 are computed in F32 throughout and rounded once, at the end; l and l'
 * are F32 for them, and of the operands' type for F32 and F64. Sums may be taken in any order, and
 * the scale may be applied to q, to s or to the result. A row with a score of NaN or +inf, or with
 * no score above -inf, has an o of NaN; its l is NaN, +inf or -inf. Keys and values after a query
 * have no influence on it as long as they are finite; whether an infinity or NaN among them, times
 * the weight 0, shows as NaN is not said.
 *
 * <p>Vectorised, they keep their names with {@value Composite#VECTORISED} behind, once for each
 * axis: by this contract, the same on one more axis before the others.
 *
 * <p>Sources: A. Vaswani et al., "Attention Is All You Need", arXiv:1706.03762; T. Dao et al.,
 * "FlashAttention", arXiv:2205.14135, algorithm 4, to which the cotangent of l is added.
 */
public final class CausalAttention {
  /** The composite's name. */
  public static final String NAME = "causal_attention";

  /** The name of its reverse derivative. */
  public static final String BACKWARD = "causal_attention_backward";

  private CausalAttention() {}

  /**
   * What attention gives.
   *
   * @param output o
   * @param logSums l [..., time]
   */
  public record Attended(Tensor output, Tensor logSums) {}

  /**
   * Applies {@value #NAME}.
   *
   * @param q queries [..., time, d]
   * @param k keys of the same type
   * @param v values of the same type
   */
  public static Attended apply(Tensor q, Tensor k, Tensor v) {
    List<Tensor> results =
        Composites.applyWithVjpOfBody(
            NAME,
            List.of(q, k, v),
            CausalAttention::forward,
            (in, out, bars) -> {
              List<Tensor> all = new ArrayList<>(in);
              all.addAll(out);
              all.addAll(bars);
              return applyBackward(all);
            });
    return new Attended(results.get(0), results.get(1));
  }

  /**
   * Applies {@value #BACKWARD}.
   *
   * @param operands q, k, v, o, l, o', l'
   * @return q', k', v'
   */
  public static List<Tensor> applyBackward(List<Tensor> operands) {
    return Composites.applyWithVjpOfBody(
        BACKWARD,
        operands,
        in -> Differentiated.of(in).cotangents(),
        (in, out, bars) -> Differentiated.of(in).secondCotangents(bars));
  }

  /** Whether a composite is {@value #NAME}, vectorised or not, on operands of the contract. */
  public static boolean isForward(Composite composite) {
    return is(composite, NAME, 3);
  }

  /** Whether a composite is {@value #BACKWARD}, vectorised or not, on operands of the contract. */
  public static boolean isBackward(Composite composite) {
    return is(composite, BACKWARD, 7);
  }

  private static boolean is(Composite composite, String name, int operands) {
    List<TensorType> types = composite.body().inputTypes();
    if (!composite.nameOfOne().equals(name) || types.size() != operands) {
      return false;
    }
    TensorType vectors = types.getFirst();
    Shape shape = vectors.shape();
    if (!vectors.dtype().isFloat() || shape.rank() < 2 || shape.size() == 0) {
      return false;
    }
    TensorType scalars = logSums(vectors);
    List<TensorType> given = List.of(vectors, vectors, vectors);
    List<TensorType> made = List.of(vectors, scalars);
    if (operands == 3) {
      return types.equals(given) && composite.body().outputTypes().equals(made);
    }
    List<TensorType> wanted = new ArrayList<>(given);
    wanted.addAll(made);
    wanted.addAll(made);
    return types.equals(wanted) && composite.body().outputTypes().equals(given);
  }

  /** The type of l for that of q. */
  private static TensorType logSums(TensorType vectors) {
    Shape shape = vectors.shape();
    return new TensorType(wide(vectors.dtype()), shape.slice(0, shape.rank() - 1));
  }

  private static DType wide(DType dtype) {
    return dtype == DType.BF16 || dtype == DType.F16 ? DType.F32 : dtype;
  }

  private static List<Tensor> forward(List<Tensor> in) {
    DType dtype = in.getFirst().dtype();
    List<Tensor> x = in.stream().map(tensor -> tensor.to(wide(dtype))).toList();
    Tensor scores = scores(x.get(0), x.get(1));
    Tensor top = scores.reduceMax(-1).stopGradient();
    // An infinite maximum would give inf - inf.
    Tensor shift = top.abs().lt(Double.POSITIVE_INFINITY).select(top, top.zerosLike());
    Tensor weights = scores.sub(shift.spread(scores.shape(), -1)).exp();
    Tensor sum = weights.sum(-1);
    Tensor output = weights.div(sum.spread(scores.shape(), -1)).matmul(x.get(2));
    return List.of(output.to(dtype), sum.log().add(shift));
  }

  /**
   * What the derivatives of {@value #BACKWARD} are made of.
   *
   * @param dtype the operands' type
   * @param x the operands in the type in which they are computed with
   * @param weights p
   * @param centred {@code o'[i] . v[j] - o'[i] . o[i] + l'[i]}
   */
  private record Differentiated(DType dtype, List<Tensor> x, Tensor weights, Tensor centred) {
    static Differentiated of(List<Tensor> in) {
      DType dtype = in.getFirst().dtype();
      List<Tensor> x = in.stream().map(tensor -> tensor.to(wide(dtype))).toList();
      Tensor q = x.get(0);
      Tensor outputBar = x.get(5);
      Tensor scores = scores(q, x.get(1));
      Tensor weights = scores.sub(x.get(4).spread(scores.shape(), -1)).exp();
      Tensor mean = outputBar.mul(x.get(3)).sum(-1).sub(x.get(6));
      Tensor slopes = outputBar.dot(pairs(q, -1, -1), x.get(2));
      return new Differentiated(dtype, x, weights, slopes.sub(mean.spread(scores.shape(), -1)));
    }

    private Tensor scoreBars() {
      return weights.mul(centred).mul(scale(x.getFirst()));
    }

    private Tensor overQueries(Tensor square, Tensor vectors) {
      return square.dot(pairs(vectors, -2, -2), vectors);
    }

    /** q', k' and v'. */
    List<Tensor> cotangents() {
      Tensor scoreBars = scoreBars();
      return List.of(
          scoreBars.matmul(x.get(1)).to(dtype),
          overQueries(scoreBars, x.get(0)).to(dtype),
          overQueries(weights, x.get(5)).to(dtype));
    }

    /**
     * The cotangents of q, k, v, o, l, o' and l' for those of q', k' and v', which are a, b and c.
     * With u the centred slopes and s' as above
     *
     * <pre>
     * g[i, j] = (a[i] . k[j] + q[i] . b[j]) / sqrt(d)       that of s'
     * w[i, j] = p[i, j] g[i, j]                             that of u
     * z[i, j] = p[i, j] (o'[i] . c[j] + u[i, j] g[i, j])    that of s
     * r[i]    = sum_j w[i, j]                               that of l'
     * q:  sum_j (s'[i, j] b[j] + z[i, j] k[j]) / sqrt(d)
     * k:  sum_i (s'[i, j] a[i] + z[i, j] q[i]) / sqrt(d)
     * v:  sum_i w[i, j] o'[i]
     * o:  -r[i] o'[i]
     * l:  -sum_j z[i, j]
     * o': sum_j (p[i, j] c[j] + w[i, j] v[j]) - r[i] o[i]
     * </pre>
     */
    List<Tensor> secondCotangents(List<Tensor> bars) {
      List<Tensor> c = bars.stream().map(tensor -> tensor.to(wide(dtype))).toList();
      Tensor q = x.get(0);
      Tensor k = x.get(1);
      Tensor outputBar = x.get(5);
      Dot pairs = pairs(q, -1, -1);
      Tensor scoreBars = scoreBars();
      Tensor ofProducts = c.get(0).dot(pairs, k).add(q.dot(pairs, c.get(1))).mul(scale(q));
      Tensor ofCentred = weights.mul(ofProducts);
      Tensor ofWeights = outputBar.dot(pairs, c.get(2)).add(centred.mul(ofProducts));
      Tensor ofScores = weights.mul(ofWeights);
      Tensor scaled = ofScores.mul(scale(q));
      Tensor rows = ofCentred.sum(-1);
      Tensor spread = rows.spread(q.shape(), -1);
      Tensor ofOutputBar = weights.matmul(c.get(2)).add(ofCentred.matmul(x.get(2)));
      return List.of(
          scoreBars.matmul(c.get(1)).add(scaled.matmul(k)).to(dtype),
          overQueries(scoreBars, c.get(0)).add(overQueries(scaled, q)).to(dtype),
          overQueries(ofCentred, outputBar).to(dtype),
          spread.mul(outputBar).neg().to(dtype),
          ofScores.sum(-1).neg(),
          ofOutputBar.sub(spread.mul(x.get(3))).to(dtype),
          rows);
    }
  }

  private static double scale(Tensor q) {
    return 1 / Math.sqrt(q.shape().extent(-1));
  }

  /** The scores, -inf behind the mask. */
  private static Tensor scores(Tensor q, Tensor k) {
    Tensor scores = q.dot(pairs(q, -1, -1), k).mul(scale(q));
    Shape shape = scores.shape();
    int time = shape.extent(-1);
    TensorType square = TensorType.of(DType.I32, time, time);
    Tensor visible =
        q.iota(square, 0)
            .ge(q.iota(square, 1))
            .broadcast(shape, shape.rank() - 2, shape.rank() - 1);
    return visible.select(scores, scores.constantLike(Double.NEGATIVE_INFINITY));
  }

  /** Products in step over all axes but the last two, summed over an axis of each side. */
  private static Dot pairs(Tensor like, int left, int right) {
    int rank = like.shape().rank();
    List<Integer> batch = IntStream.range(0, rank - 2).boxed().toList();
    return new Dot(batch, batch, List.of(rank + left), List.of(rank + right));
  }
}
