package com.example.adadelta;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Reference;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.Optimizer;

/** Registers {@code ada-delta}. */
public final class AdaDeltaPlugin implements Plugin {
  private static final Reference ZEILER_2012 =
      Reference.arxiv(
          "1212.5701", 2012, "ADADELTA: An Adaptive Learning Rate Method", "Matthew D. Zeiler");

  private static final Citation CITATION =
      Citation.cite(ZEILER_2012, "d = sqrt((mean d^2 + epsilon)/(mean g^2 + epsilon))*g");

  private static AdaDelta make(Params p) {
    return new AdaDelta(
        p.real("decay", 0.95, "how much of the averages stays").inHalfOpen(0, 1),
        p.real("epsilon", 1e-6, "added to both averages").positive());
  }

  @Override
  public PluginInfo info() {
    return new PluginInfo("com.example.ada-delta", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    // For chains of transforms, and by itself as an optimizer that a run file can name.
    to.register(
        ExtensionPoint.GRADIENT_TRANSFORM, "ada-delta", CITATION, AdaDeltaPlugin::make);
    to.register(
        ExtensionPoint.OPTIMIZER, "ada-delta", CITATION, p -> Optimizer.of(make(p)));
  }
}
