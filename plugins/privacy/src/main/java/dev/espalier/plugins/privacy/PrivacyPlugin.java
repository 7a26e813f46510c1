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
        "gdp",
        cite(Works.DONG_2019, "mu^2 = sum k q^2 (e^(1/s^2) - 1)").and(Works.BU_2020),
        p -> new GaussianLimitAccountant());
    to.register(
        GRADIENT_ESTIMATOR,
        "dp-sgd",
        cite(EstimatorWorks.ABADI_2016, "(sum_i clip(g_i, C) + N(0, (z C)^2)) / B")
            .and(EstimatorWorks.BU_2022),
        PrivacyPlugin::dpSgd);
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
}
