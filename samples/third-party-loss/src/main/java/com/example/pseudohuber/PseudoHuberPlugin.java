package com.example.pseudohuber;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Reference;
import dev.espalier.api.plugin.Registrar;

/** Registers {@code pseudo-huber}. */
public final class PseudoHuberPlugin implements Plugin {
  private static final Reference CHARBONNIER_1997 =
      Reference.article(
              "IEEE Transactions on Image Processing 6",
              1997,
              "Deterministic Edge-Preserving Regularization in Computed Imaging",
              "Pierre Charbonnier",
              "Laure Blanc-Féraud",
              "Gilles Aubert",
              "Michel Barlaud")
          .at("doi:10.1109/83.551699");

  @Override
  public PluginInfo info() {
    return new PluginInfo("com.example.pseudo-huber", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ExtensionPoint.LOSS,
        "pseudo-huber",
        Citation.cite(CHARBONNIER_1997, "delta^2*(sqrt(1 + (e/delta)^2) - 1)"),
        p -> new PseudoHuber(p.real("delta", 1, "where a square turns into a line").positive()));
  }
}
