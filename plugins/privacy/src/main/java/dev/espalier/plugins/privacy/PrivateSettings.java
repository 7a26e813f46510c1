package dev.espalier.plugins.privacy;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.Budget;
import dev.espalier.api.training.Clipping;
import java.util.List;
import java.util.Set;

/**
 * The hyperparameters that private estimators have in common.
 *
 * @param noise where noise is from
 * @param accountant adds up what is spent
 * @param ahead how far the accountant is asked ahead, as a part of the steps that were done
 * @param budget what may be spent
 */
record PrivateSettings(Noise noise, Accountant accountant, double ahead, Budget budget) {
  /**
   * What may be other when a run goes on: the ledger adds up steps unlike each other. Where noise
   * is from may not, as the ledger's figures would be worth less than they were.
   */
  static final Set<String> CHANGEABLE =
      Set.of("noise", "clip", "clipping", "accountant", "epsilon", "delta", "parts");

  /** {@code pld} takes tens of milliseconds, which is longer than many a step. */
  private static final double AHEAD = 1.0 / 32;

  static PrivateSettings of(Params p) {
    Noise noise =
        Noise.of(
            p.choice("noise_source", "secure", Noise.NAMES, "where noise and examples come from"));
    String accountant = p.choice("accountant", "rdp", List.of("rdp", "pld", "gdp"), "what adds up");
    return new PrivateSettings(
        noise,
        accountant(accountant),
        accountant.equals("pld") ? AHEAD : 0,
        new Budget(
            p.real("epsilon", 8, "the run ends before it spends more").positive(),
            p.real("delta", 1e-5, "at which epsilon is told").in(1e-300, 0.5)));
  }

  private static Accountant accountant(String name) {
    return switch (name) {
      case "pld" -> new LossDistributionAccountant();
      case "gdp" -> new GaussianLimitAccountant();
      default -> new RenyiAccountant();
    };
  }

  static double noise(Params p) {
    return p.real("noise", 1, "noise multiplier: deviation over the clipping bound").notNegative();
  }

  /** How single gradients are bounded. */
  static Clipping clipping(Params p, double bound) {
    String kind =
        p.choice(
            "clipping",
            "flat",
            List.of("flat", "per-layer", "automatic", "automatic-per-layer"),
            "how gradients of examples are scaled to the bound");
    double stability = p.real("stability", 0.01, "added to norms by automatic clipping").positive();
    return switch (kind) {
      case "per-layer" -> Clipping.flat(bound).perLayer();
      case "automatic" -> Clipping.automatic(bound, stability);
      case "automatic-per-layer" -> Clipping.automatic(bound, stability).perLayer();
      default -> Clipping.flat(bound);
    };
  }

  static double bound(Params p) {
    return p.real("clip", 1, "the bound of a single gradient's norm").positive();
  }

  /** Noise and a ledger of steps of a mechanism. */
  PrivateEstimator.Protection protection(Ledger.Mechanism mechanism) {
    return new PrivateEstimator.Protection(
        noise, new Ledger(mechanism, accountant, budget, noise, ahead));
  }
}
