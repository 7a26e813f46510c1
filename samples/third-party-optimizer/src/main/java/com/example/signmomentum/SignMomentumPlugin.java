package com.example.signmomentum;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Reference;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.Optimizer;

/** Registers {@code sign-momentum}. */
public final class SignMomentumPlugin implements Plugin {
  private static final Reference BERNSTEIN_2018 =
      Reference.arxiv(
          "1802.04434",
          2018,
          "signSGD: Compressed Optimisation for Non-Convex Problems",
          "Jeremy Bernstein",
          "Yu-Xiang Wang",
          "Kamyar Azizzadenesheli",
          "Anima Anandkumar");

  @Override
  public PluginInfo info() {
    return new PluginInfo("com.example.sign-momentum", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ExtensionPoint.OPTIMIZER,
        "sign-momentum",
        Citation.cite(BERNSTEIN_2018, "m = momentum*m + (1 - momentum)*g; p -= rate*sign(m)"),
        p ->
            Optimizer.of(
                new SignMomentum(
                    p.real("momentum", 0.9, "how much of the mean stays").inHalfOpen(0, 1))));
  }
}
