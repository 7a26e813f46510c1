package dev.espalier.plugins.privacy;

/**
 * The privacy loss of one step of the Poisson subsampled Gaussian mechanism on a grid, from above
 * and from below, for an example that is removed ({@code L = log(P/Q)} under {@code P = (1 - q)
 * N(0, s^2) + q N(1, s^2)}) or added ({@code log(Q/P)} under {@code Q = N(0, s^2)}).
 *
 * <p>Both are monotone in the output x: {@code P/Q = 1 - q + q e^((2x - 1)/2s^2)}. Half a cell of
 * the grid of losses is an interval of x, on which {@code integral of Q} and {@code integral of |P
 * - g Q|}, g being {@code e^l} of the nearer point l of the grid, are integrated by the
 * Gauss-Legendre rule of four nodes on pieces so short that it leaves less than 2^-43 of them. No
 * term is the difference of nearly equal ones, so that the tails are as exact as the rest.
 *
 * <p>From above: the mass of a cell goes to its two ends so that both P and Q keep their masses.
 * This is the best measure on the grid that is above (V. Doroshenko et al., arXiv:2207.04380,
 * section 4). From below: {@link OptimisticGrid}. What lies beyond the ends of the grid, at most
 * {@link #tail} on either side, counts as infinite from above and as nothing from below.
 */
final class SampledGaussianLoss {
  private static final double[] NODES = {
    0.06943184420297371, 0.33000947820757187, 0.6699905217924281, 0.9305681557970263
  };
  private static final double[] WEIGHTS = {
    0.17392742256872692, 0.32607257743127307, 0.32607257743127307, 0.17392742256872692
  };
  private static final double ROOT_2_PI = Math.sqrt(2 * Math.PI);

  /** The length of a piece times the largest rate of change of the integrand's logarithm. */
  private static final double SHORT = 0.2;

  /** How near to a point a border may be, in cells. */
  private static final double NEAR = 0.02;

  /** Where a density changes by more than this power of e over a cell, borders are at its ends. */
  private static final double STEEPEST = 100;

  private static final int ALIGNMENTS = 12;

  private final double rate;
  private final double noise;
  private final double spacing;
  private final double reach;
  private final double tail;
  private final double edge;
  private final double origin;
  private final long first;
  private final long last;

  /** By half cell from twice the first point on: of P, of |P - g Q| and of g Q. */
  private final double[] top;

  private final double[] distance;
  private final double[] bottom;

  /**
   * Integrates.
   *
   * @param rate q, in (0, 1]
   * @param noise s, greater than 0
   * @param spacing of the grid, greater than 0
   * @param tail the mass to leave out at each end, in (0, 1)
   */
  SampledGaussianLoss(double rate, double noise, double spacing, double tail) {
    this.rate = rate;
    this.noise = noise;
    this.spacing = spacing;
    this.tail = tail;
    // A normal tail beyond z > 0 is at most e^(-z^2/2)/2.
    this.reach = Math.sqrt(-2 * Math.log(tail));
    this.edge = Math.log1p(-rate);
    this.origin = aligned();
    this.first = (long) Math.floor((loss(-reach * noise) - origin) / spacing);
    this.last = Math.max(first + 1, (long) Math.ceil((loss(1 + reach * noise) - origin) / spacing));
    int halves = Math.toIntExact(2 * (last - first));
    this.top = new double[halves];
    this.distance = new double[halves];
    this.bottom = new double[halves];
    for (int j = 0; j < halves; j++) {
      integrate(j);
    }
  }

  /** How many points a grid needs. */
  static double points(double rate, double noise, double spacing, double tail) {
    double reach = Math.sqrt(-2 * Math.log(tail)) * noise;
    return (loss(rate, noise, 1 + reach) - loss(rate, noise, -reach)) / spacing;
  }

  private double loss(double x) {
    return loss(rate, noise, x);
  }

  private static double loss(double rate, double noise, double x) {
    double y = (x - 0.5) / (noise * noise);
    if (rate == 1) {
      return y;
    }
    return y > 1
        ? y + Math.log(rate + (1 - rate) * Math.exp(-y))
        : Math.log1p(rate * Math.expm1(y));
  }

  /** The part of e^l that depends on x, {@code 1 - (1 - q) e^-l}; not positive at the edge. */
  private double rest(double loss) {
    return -Math.expm1(edge - loss);
  }

  /** Where the loss is this, for one beyond the edge. */
  private double output(double loss) {
    return 0.5 + noise * noise * (loss + Math.log(rest(loss)) - Math.log(rate));
  }

  /**
   * Where two buckets are to meet between a point and the next. About it the density of losses is
   * taken for an exponential, {@code e^-(a l)}, and buckets of the spacing's length for which
   * {@code P = e^l Q} at their points l begin at {@code u}, and end a spacing later, where {@code
   * e^u = a/(a + 1) (1 - e^-((a + 1) h))/(1 - e^-(a h))}.
   */
  private double border(double point) {
    double middle = point + spacing / 2;
    double rest = rest(middle);
    if (rest <= 0) {
      return middle;
    }
    double steepest = STEEPEST / spacing;
    double a = Math.clamp((output(middle) + 1 - 2 * rest) / rest, -steepest, steepest);
    double after = spacing + Math.log(part((a + 1) * spacing) / part(a * spacing));
    return point + Math.clamp(after, NEAR * spacing, (1 - NEAR) * spacing);
  }

  /** {@code (1 - e^-x)/x}. */
  private static double part(double x) {
    return Math.abs(x) < 1e-9 ? 1 : -Math.expm1(-x) / x;
  }

  /**
   * The loss for the grid to have a point at. Where sampling is rare and the noise small, nearly
   * all of the mass may lie within one cell; then its bucket's own loss is taken, so that this mass
   * is moved by nothing.
   */
  private double aligned() {
    double least = loss(-reach * noise);
    double loss = 0;
    for (int i = 0; i < ALIGNMENTS; i++) {
      double border = border(loss);
      if (rest(border) <= 0) {
        return loss;
      }
      double high = output(border);
      Integral below = integral(loss, -reach * noise, high, high, -1);
      // P/Q of what is below the border.
      double next = loss + Math.log1p(below.signed() / below.q());
      if (!(next > least)) {
        // Nothing is left below: the losses are spread, and any grid will do.
        return loss;
      }
      loss = next;
    }
    return loss;
  }

  private void integrate(int j) {
    boolean right = j % 2 == 0;
    double point = origin + (first + (j + 1) / 2) * spacing;
    double from = right ? point : border(point - spacing);
    double to = right ? border(point) : point;
    if (rest(to) <= 0) {
      return;
    }
    double low = Math.max(-reach * noise, rest(from) > 0 ? output(from) : Double.NEGATIVE_INFINITY);
    double high = output(to);
    if (low >= high) {
      return;
    }
    boolean up = right && rest(point) > 0;
    Integral integral = integral(point, low, high, up ? low : high, up ? 1 : -1);
    bottom[j] = integral.q();
    distance[j] = right ? integral.signed() : -integral.signed();
    top[j] = integral.q() + integral.signed();
  }

  /**
   * Over an interval.
   *
   * @param q of g Q
   * @param signed of P - g Q
   */
  private record Integral(double q, double signed) {}

  /**
   * From one end of an interval, the point's own output where that is an end.
   *
   * @param point the loss l of g = e^l
   */
  private Integral integral(double point, double low, double high, double base, int direction) {
    double rest = rest(point);
    boolean beyondEdge = rest > 0;
    double logWeight = Math.log(rate) - point;
    double offset = beyondEdge ? base - output(point) : 0;
    double longest = noise * SHORT / (reach + 1 / noise + 1);
    long pieces = (long) Math.ceil((high - low) / longest);
    double length = (high - low) / pieces;
    double q = 0;
    double d = 0;
    for (long piece = 0; piece < pieces; piece++) {
      for (int node = 0; node < NODES.length; node++) {
        double away = direction * (piece + NODES[node]) * length;
        double x = base + away;
        double z = x / noise;
        double weight = WEIGHTS[node] * Math.exp(point - z * z / 2);
        double ratio =
            beyondEdge
                ? rest * Math.expm1((offset + away) / (noise * noise))
                : Math.exp(logWeight + (x - 0.5) / (noise * noise)) - rest;
        q += weight;
        d += weight * ratio;
      }
    }
    double scale = length / noise / ROOT_2_PI;
    return new Integral(q * scale, d * scale);
  }

  /** A bound of what lies beyond each end. */
  double tail() {
    return tail / 2;
  }

  /** From above, for an example that is removed. */
  DiscreteLoss removedAbove() {
    double[] masses = new double[points()];
    for (int i = 0; i + 1 < masses.length; i++) {
      masses[i] += high(i) / Math.expm1(spacing);
      masses[i + 1] += low(i) / -Math.expm1(-spacing);
    }
    masses[0] += tail();
    return new DiscreteLoss(origin, spacing, first, masses, tail());
  }

  /** From above, for an example that is added. */
  DiscreteLoss addedAbove() {
    double[] masses = new double[points()];
    for (int i = 0; i + 1 < masses.length; i++) {
      double scale = Math.exp(-origin - (first + i) * spacing) / Math.expm1(spacing);
      masses[masses.length - 1 - i] += high(i) * scale;
      masses[masses.length - 2 - i] += low(i) * scale;
    }
    masses[0] += tail();
    return new DiscreteLoss(-origin, spacing, -last, masses, tail());
  }

  /** From below, for an example that is removed. */
  DiscreteLoss removedBelow() {
    int points = points();
    double[] mass = new double[points];
    double[] excess = new double[points];
    for (int i = 0; i < points; i++) {
      mass[i] = at(top, 2 * i - 1) + at(top, 2 * i);
      excess[i] = at(distance, 2 * i) - at(distance, 2 * i - 1);
    }
    return new DiscreteLoss(
        origin, spacing, first, OptimisticGrid.masses(spacing, mass, excess), 0);
  }

  /** From below, for an example that is added. */
  DiscreteLoss addedBelow() {
    int points = points();
    double[] mass = new double[points];
    double[] excess = new double[points];
    for (int i = 0; i < points; i++) {
      double scale = Math.exp(-origin - (first + i) * spacing);
      mass[points - 1 - i] = (at(bottom, 2 * i - 1) + at(bottom, 2 * i)) * scale;
      excess[points - 1 - i] = (at(distance, 2 * i - 1) - at(distance, 2 * i)) * scale;
    }
    return new DiscreteLoss(
        -origin, spacing, -last, OptimisticGrid.masses(spacing, mass, excess), 0);
  }

  private int points() {
    return top.length / 2 + 1;
  }

  /** Of Q (g' - P/Q) over a cell, g' at its upper end. */
  private double high(int cell) {
    double right = bottom[2 * cell] * Math.expm1(spacing) - distance[2 * cell];
    return Math.max(0, right) + distance[2 * cell + 1];
  }

  /** Of Q (P/Q - g) over a cell, g at its lower end. */
  private double low(int cell) {
    double left = bottom[2 * cell + 1] * -Math.expm1(-spacing) - distance[2 * cell + 1];
    return distance[2 * cell] + Math.max(0, left);
  }

  private static double at(double[] halves, int j) {
    return j >= 0 && j < halves.length ? halves[j] : 0;
  }
}
