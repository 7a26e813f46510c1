package dev.espalier.plugins.privacy;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.HostDraws;
import dev.espalier.api.training.StepContext;
import java.util.List;
import java.util.Optional;

/** Where normal noise comes from, and how it is added to a sum of bounded contributions. */
sealed interface Noise {
  /** The words in a run file. */
  List<String> NAMES = List.of("secure", "discrete", "seeded");

  /** The noise of a word of {@link #NAMES}. */
  static Noise of(String name) {
    return switch (name) {
      case "secure" -> new Secure();
      case "discrete" -> new Discrete();
      default -> new Seeded();
    };
  }

  /**
   * The sum with noise, of standard deviation {@code multiplier * bound} in every coordinate.
   *
   * @param sum of contributions whose norms over all leaves are at most the bound
   * @param bound an F64 scalar, greater than 0
   * @param multiplier the noise multiplier, at least 0
   * @param context of the step
   */
  Tree<Tensor> add(Tree<Tensor> sum, Tensor bound, double multiplier, StepContext context);

  /** What the host draws. */
  default Optional<HostDraws> hostDraws() {
    return Optional.empty();
  }

  /** How examples are to be drawn: as secretly as the noise. */
  default ExampleSampling sampling() {
    return ExampleSampling.SECRET_POISSON;
  }

  /** What whoever trains with it must know. */
  String note();

  private static Tree<Tensor> scaled(
      Tree<Tensor> sum, Tensor bound, double multiplier, Tree<Tensor> normal) {
    Tensor deviation = bound.mul(multiplier);
    return sum.zip(
        normal, (s, z) -> s.add(z.to(s.dtype()).mul(deviation.to(s.dtype()).broadcast(s.shape()))));
  }

  /**
   * From the run's key: the same run has the same noise. Who knows the seed can take it off again,
   * so this protects from nobody who does; it is for tests and for studies of accuracy.
   */
  record Seeded() implements Noise {
    @Override
    public Tree<Tensor> add(
        Tree<Tensor> sum, Tensor bound, double multiplier, StepContext context) {
      return multiplier == 0 ? sum : scaled(sum, bound, multiplier, context.key().normalLike(sum));
    }

    @Override
    public ExampleSampling sampling() {
      return ExampleSampling.POISSON;
    }

    @Override
    public String note() {
      return "the noise follows from the run's seed: not private against an observer of the seed";
    }
  }

  /**
   * From a cryptographically secure generator on the host, by the transformation of Box and Muller
   * in double precision. Fresh in each step of each run, and kept nowhere.
   *
   * <p>Its values and their sums are floating-point numbers. That these are not the reals leaks
   * something: see I. Mironov, "On Significance of the Least Significant Bits for Differential
   * Privacy", 2012. {@link Discrete} is the remedy.
   */
  record Secure() implements Noise, HostDraws {
    @Override
    public Tree<Tensor> add(
        Tree<Tensor> sum, Tensor bound, double multiplier, StepContext context) {
      return multiplier == 0 ? sum : scaled(sum, bound, multiplier, context.drawn());
    }

    @Override
    public Optional<HostDraws> hostDraws() {
      return Optional.of(this);
    }

    /** Standard normal numbers. */
    @Override
    public Tree<TensorType> types(Tree<TensorType> parameters) {
      return parameters.map(
          type -> type.dtype() == DType.F64 ? type : new TensorType(DType.F32, type.shape()));
    }

    @Override
    public Source open() {
      SecureBits bits = new SecureBits();
      return into -> into.leaves().forEach(leaf -> draw(bits, leaf));
    }

    private static void draw(SecureBits bits, NdArray into) {
      int size = into.type().shape().size();
      for (int i = 0; i < size; i += 2) {
        double radius = Math.sqrt(-2 * Math.log(bits.uniform()));
        double angle = 2 * Math.PI * bits.uniform();
        set(into, i, radius * Math.cos(angle));
        if (i + 1 < size) {
          set(into, i + 1, radius * Math.sin(angle));
        }
      }
    }

    private static void set(NdArray into, int at, double value) {
      switch (into.storage()) {
        case double[] doubles -> doubles[at] = value;
        case float[] floats -> floats[at] = (float) value;
        default -> throw new IllegalArgumentException(into.type().toString());
      }
    }

    @Override
    public String note() {
      return "the noise is from a secure generator, in floating point;"
          + " 'noise_source: discrete' protects from attacks on its last digits too";
    }
  }

  /**
   * Discrete Gaussian noise from a secure generator: the sum is rounded to a grid and integers are
   * added to it, exactly. What is released is then on the grid whatever the data, so its last
   * digits tell nothing.
   *
   * <p>The grid is the deviation over 2^20. Rounding moves two neighbouring sums apart by at most
   * one step of it in each coordinate, so in d dimensions contributions are bounded by {@code bound
   * + sqrt(d) grid}; the deviation is {@code multiplier} times that.
   *
   * <p>The discrete Gaussian's Renyi divergences between integer shifts are at most the continuous
   * one's (Canonne, Kamath, Steinke, proposition 5 and corollary 23), which is what is accounted.
   * Under subsampling that is proven for the continuous one alone. Rounding within the sum itself,
   * before the grid, is that of its element type and not accounted.
   */
  record Discrete() implements Noise, HostDraws {
    /** Steps of the grid in a standard deviation. */
    static final long STEPS = 1L << 20;

    @Override
    public Tree<Tensor> add(
        Tree<Tensor> sum, Tensor bound, double multiplier, StepContext context) {
      if (multiplier == 0) {
        return sum;
      }
      Tensor grid = bound.mul(gridOverBound(dimension(sum), multiplier));
      return sum.zip(
          context.drawn(),
          (s, integers) -> {
            Tensor step = grid.broadcast(s.shape());
            return s.to(DType.F64)
                .div(step)
                .round()
                .add(integers.to(DType.F64))
                .mul(step)
                .to(s.dtype());
          });
    }

    /** Of {@code grid = multiplier (bound + sqrt(d) grid) / STEPS}. */
    static double gridOverBound(double dimension, double multiplier) {
      return multiplier / (STEPS - multiplier * Math.sqrt(dimension));
    }

    private static double dimension(Tree<Tensor> sum) {
      return sum.leaves().stream().mapToDouble(leaf -> leaf.shape().size()).sum();
    }

    @Override
    public Optional<HostDraws> hostDraws() {
      return Optional.of(this);
    }

    /** Integers. */
    @Override
    public Tree<TensorType> types(Tree<TensorType> parameters) {
      return parameters.map(type -> new TensorType(DType.I64, type.shape()));
    }

    @Override
    public Source open() {
      DiscreteGaussian gaussian = new DiscreteGaussian(STEPS, new SecureBits());
      return into ->
          into.leaves()
              .forEach(leaf -> {
                long[] values = (long[]) leaf.storage();
                for (int i = 0; i < values.length; i++) {
                  values[i] = gaussian.next();
                }
              });
    }

    @Override
    public String note() {
      return "the noise is discrete Gaussian from a secure generator, on a grid of 2^-20 deviations";
    }
  }
}
