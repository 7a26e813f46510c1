package dev.espalier.plugins.privacy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Privacy loss distributions: {@code delta(epsilon) = E[(1 - e^(epsilon - L))_+]}, where L is the
 * sum of the losses of all steps, for an example that is removed and for one that is added; the
 * larger of both counts.
 *
 * <p>The distribution of each step's loss is put on a grid once so that nothing gets smaller and
 * once so that nothing gets larger ({@link SampledGaussianLoss}), and the sums are computed by
 * Fourier transforms ({@link LossComposition}). Epsilon of the first is certified to be above the
 * true one, that of the second to be below it. Both miss it by about {@code (1 + t) k h^2/16}, for
 * k steps, the spacing h and the tilt t; h is chosen so that this is a small part of epsilon, and
 * is made smaller where the two are still further apart than 1e-3 of it.
 *
 * <p>Certified means: what is left out is bounded, and the rounding of transforms, masses and
 * losses is bounded from the usual model of floating-point arithmetic, with {@link Math}'s
 * functions at the accuracy that they are specified with. It is no interval arithmetic.
 *
 * <p>Where already the Renyi divergence shows that delta alone is enough, epsilon is 0, and is
 * called a bound.
 *
 * <p>Noise multipliers are at least 0.01, and at most 2^40 steps are counted.
 *
 * <p>Source: A. Koskela, J. Jälkö, A. Honkela, arXiv:1906.03049, for the transforms; V. Doroshenko
 * et al., arXiv:2207.04380, for the grid; Y. Zhu, J. Dong, Y.-X. Wang, arXiv:2106.08567, for the
 * pairs that dominate in both directions. The tilt and the hull are our own.
 */
public record LossDistributionAccountant() implements Accountant {
  private static final double LEAST_NOISE = 0.01;
  private static final double MOST_STEPS = 0x1p40;

  /** How near the bounds are to be to each other, as a part of epsilon. */
  private static final double WANTED = 1.5e-4;

  private static final double ENOUGH = 1e-3;
  private static final int MOST_PLACES = 1 << 20;
  private static final int TRIES = 8;

  /** The first grid is not finer than this part of a step's typical loss. */
  private static final double FINEST = 1e-3;

  /** Rounding matters from here on, and how much depends on epsilon: a coarse grid tells it. */
  private static final double MANY_STEPS = 1e5;

  private static final double COARSE = 8;

  /** A finer grid that leaves more than this part of the gap meets rounding. */
  private static final double STALLED = 0.8;

  /** What the ends of all steps' grids leave out, as a part of delta. */
  private static final double LEFT_OUT = 1e-9;

  @Override
  public Spending spent(List<PrivateSteps> steps, double delta) {
    Delta.check(delta);
    List<PrivateSteps> groups = steps.stream().filter(group -> group.count() > 0).toList();
    if (groups.isEmpty()) {
      return Spending.nothing();
    }
    double count = 0;
    double spread = 0;
    for (PrivateSteps group : groups) {
      if (group.noiseMultiplier() < LEAST_NOISE) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "privacy loss distributions of noise multipliers from " + LEAST_NOISE,
            Double.toString(group.noiseMultiplier()),
            "use more noise, or the accountant rdp");
      }
      count += group.count();
      spread +=
          group.count()
              * new SampledGaussianDivergence(group.samplingRate(), group.noiseMultiplier()).at(2);
    }
    if (count > MOST_STEPS) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE, "at most 2^40 steps", Double.toString(count), "count fewer");
    }
    SectionSearch.Point renyi = RenyiAccountant.best(groups, delta);
    if (renyi.y() <= 0) {
      return new Spending(0, 0, Spending.Kind.BOUND, "by the Renyi divergence alone");
    }
    double scale = Math.max(renyi.y(), 0.1 * Math.sqrt(spread));
    double spacing = Math.sqrt(8 * WANTED * scale / ((1 + renyi.x()) * count));
    spacing = Math.max(spacing, FINEST * Math.sqrt(spread / count));
    double tail = LEFT_OUT * delta / count;
    for (PrivateSteps group : groups) {
      double points =
          SampledGaussianLoss.points(group.samplingRate(), group.noiseMultiplier(), spacing, tail);
      spacing *= Math.max(1, points / MOST_PLACES);
    }
    Bounds best = new Bounds(0, Double.POSITIVE_INFINITY, spacing);
    double guess =
        count < MANY_STEPS
            ? Double.POSITIVE_INFINITY
            : bounds(groups, delta, new Grid(COARSE * spacing, tail, Double.POSITIVE_INFINITY))
                .map(Bounds::high)
                .orElse(Double.POSITIVE_INFINITY);
    double gap = 1;
    for (int i = 0; i < TRIES; i++) {
      Optional<Bounds> found =
          bounds(groups, delta, new Grid(spacing, tail, Math.min(guess, best.high())));
      if (found.isPresent()) {
        best = best.and(found.get());
        double before = gap;
        gap = (best.high() - best.low()) / best.high();
        if (gap <= ENOUGH || gap > STALLED * before) {
          break;
        }
        // The gap goes with the square of the spacing.
        spacing *= Math.clamp(Math.sqrt(ENOUGH / 3 / gap), 0.125, 0.5);
      } else if (best.high() < Double.POSITIVE_INFINITY) {
        break;
      } else {
        spacing *= 2;
      }
    }
    return new Spending(
        best.high(),
        best.low(),
        Spending.Kind.CERTIFIED_BOUND,
        String.format(Locale.ROOT, "grid of %.2g", best.spacing()));
  }

  /** Between these epsilon lies. */
  private record Bounds(double low, double high, double spacing) {
    Bounds and(Bounds other) {
      return new Bounds(Math.max(low, other.low), Math.min(high, other.high), other.spacing);
    }

    Bounds or(Bounds other) {
      return new Bounds(Math.max(low, other.low), Math.max(high, other.high), spacing);
    }
  }

  /**
   * How the losses are put on a grid.
   *
   * @param spacing of it
   * @param tail what it leaves out
   * @param guess of epsilon, from above
   */
  private record Grid(double spacing, double tail, double guess) {}

  /** For a grid; empty where the sum needs more places than there may be. */
  private static Optional<Bounds> bounds(List<PrivateSteps> groups, double delta, Grid grid) {
    List<LossComposition.Part> removedAbove = new ArrayList<>();
    List<LossComposition.Part> removedBelow = new ArrayList<>();
    List<LossComposition.Part> addedAbove = new ArrayList<>();
    List<LossComposition.Part> addedBelow = new ArrayList<>();
    boolean alike = true;
    for (PrivateSteps group : groups) {
      SampledGaussianLoss loss =
          new SampledGaussianLoss(
              group.samplingRate(), group.noiseMultiplier(), grid.spacing(), grid.tail());
      LossComposition.Part above = new LossComposition.Part(loss.removedAbove(), group.count());
      LossComposition.Part below = new LossComposition.Part(loss.removedBelow(), group.count());
      removedAbove.add(above);
      removedBelow.add(below);
      // Without sampling the two directions are mirror images of each other.
      boolean mirrored = group.samplingRate() == 1;
      alike &= mirrored;
      addedAbove.add(mirrored ? above : new LossComposition.Part(loss.addedAbove(), group.count()));
      addedBelow.add(mirrored ? below : new LossComposition.Part(loss.addedBelow(), group.count()));
    }
    double logDelta = Math.log(delta);
    Optional<Bounds> removed = bounds(removedAbove, removedBelow, grid, logDelta);
    if (alike) {
      return removed;
    }
    return removed.flatMap(one -> bounds(addedAbove, addedBelow, grid, logDelta).map(one::or));
  }

  private static Optional<Bounds> bounds(
      List<LossComposition.Part> above,
      List<LossComposition.Part> below,
      Grid grid,
      double logDelta) {
    LossComposition upper = new LossComposition(above, grid.spacing(), logDelta);
    LossComposition lower = new LossComposition(below, grid.spacing(), logDelta);
    return upper
        .window(MOST_PLACES, grid.guess())
        .map(window -> new Bounds(lower.below(window), upper.above(window), grid.spacing()));
  }
}
