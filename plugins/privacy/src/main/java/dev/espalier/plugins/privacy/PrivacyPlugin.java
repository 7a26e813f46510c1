package dev.espalier.plugins.privacy;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.ACCOUNTANT;
import static dev.espalier.api.plugin.ExtensionPoint.GRADIENT_ESTIMATOR;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Differential privacy. */
public final class PrivacyPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public PrivacyPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.privacy", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ACCOUNTANT,
        "rdp",
        cite(
                Works.MIRONOV_2019,
                "min over a of R(a) + log(1 - 1/a) - (log(delta) + log(a))/(a - 1)")
            .and(Works.CANONNE_2020),
        p -> new RenyiAccountant());
    to.register(
        ACCOUNTANT,
        "pld",
        cite(
                Works.DOROSHENKO_2022,
                "delta(epsilon) = E[max(0, 1 - e^(epsilon - L))], L the sum of the steps' losses")
            .and(Works.KOSKELA_2020)
            .and(Works.ZHU_2021),
        p -> new LossDistributionAccountant());
    to.register(
        ACCOUNTANT,
        "gdp",
        cite(Works.DONG_2019, "mu^2 = sum k q^2 (e^(1/s^2) - 1)").and(Works.BU_2020),
        p -> new GaussianLimitAccountant());
    to.register(
        GRADIENT_ESTIMATOR,
        "dp-sgd",
        cite(EstimatorWorks.ABADI_2016, "(sum_i clip(g_i, C) + N(0, (z C)^2)) / B")
            .and(EstimatorWorks.BU_2022),
        PrivacyPlugin::dpSgd);
    to.register(
        GRADIENT_ESTIMATOR,
        "dp-spider",
        cite(EstimatorWorks.ARORA_2022, "v' + (sum_i clip(g_i(w) - g_i(w'), D) + N(0, (zD)^2))/B"),
        PrivacyPlugin::dpSpider);
    to.register(
        GRADIENT_ESTIMATOR,
        "dice-sgd",
        cite(EstimatorWorks.ZHANG_2023, "(sum_i clip(g_i, C1) + clip(e, C2) + noise) / B"),
        PrivacyPlugin::diceSgd);
  }

  private static DpSgd dpSgd(Params p) {
    PrivateSettings settings = PrivateSettings.of(p);
    double bound = PrivateSettings.bound(p);
    double multiplier = PrivateSettings.noise(p);
    return new DpSgd(
        PrivateSettings.clipping(p, bound),
        bound,
        multiplier,
        (int) p.integer("parts", 1, "parts that a batch is gone through in").in(1, 1 << 20),
        settings.noise(),
        settings.ledger(DpSgd.mechanism(multiplier)));
  }

  private static DpSpider dpSpider(Params p) {
    PrivateSettings settings = PrivateSettings.of(p);
    double bound = PrivateSettings.bound(p);
    double multiplier = PrivateSettings.noise(p);
    double difference =
        p.real("difference_noise", 1, "noise multiplier of differences").notNegative();
    long period =
        p.integer("period", 10, "steps from one fresh gradient to the next").in(1, 1L << 40);
    return new DpSpider(
        bound,
        p.real("smoothness", 1, "bound of a difference's norm over the parameters' move")
            .positive(),
        period,
        multiplier,
        difference,
        settings.noise(),
        settings.ledger(DpSpider.mechanism(period, multiplier, difference)));
  }

  private static DiceSgd diceSgd(Params p) {
    PrivateSettings settings = PrivateSettings.of(p);
    double multiplier = PrivateSettings.noise(p);
    return new DiceSgd(
        PrivateSettings.bound(p),
        p.real("error_clip", 1, "the bound of what is fed back, as a sum").positive(),
        multiplier,
        settings.noise(),
        settings.ledger(DiceSgd.mechanism(multiplier)));
  }
}
