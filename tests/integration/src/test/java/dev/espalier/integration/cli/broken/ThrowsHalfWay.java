package dev.espalier.integration.cli.broken;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Registers one name and then fails. */
public final class ThrowsHalfWay implements Plugin {
  @Override
  public PluginInfo info() {
    return new PluginInfo("broken.half-way", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(ExtensionPoint.ACTIVATION, "half-way", Citation.cite("none", "x"), _ -> x -> x);
    throw new NoSuchMethodError("library.Thing.gone()");
  }
}
