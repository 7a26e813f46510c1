package dev.espalier.plugins.privacy;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.ACCOUNTANT;
import static dev.espalier.api.plugin.ExtensionPoint.GRADIENT_ESTIMATOR;

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
    to.register(GRADIENT_ESTIMATOR, "dp-sgd", DpSgd.CITATION, DpSgd::of);
    to.register(GRADIENT_ESTIMATOR, "dp-spider", DpSpider.CITATION, DpSpider::of);
    to.register(GRADIENT_ESTIMATOR, "dice-sgd", DiceSgd.CITATION, DiceSgd::of);
  }
}
