package com.example.bellcurve;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Reference;
import dev.espalier.api.plugin.Registrar;

/** Registers {@code bell-curve}. */
public final class BellCurvePlugin implements Plugin {
  private static final Reference BROOMHEAD_1988 =
      Reference.article(
          "Complex Systems 2",
          1988,
          "Multivariable Functional Interpolation and Adaptive Networks",
          "David S. Broomhead",
          "David Lowe");

  @Override
  public PluginInfo info() {
    return new PluginInfo("com.example.bell-curve", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ExtensionPoint.ACTIVATION,
        "bell-curve",
        Citation.cite(BROOMHEAD_1988, "e^-(x/width)^2"),
        p -> new BellCurve(p.real("width", 1, "where it has fallen to 1/e").positive()));
  }
}
