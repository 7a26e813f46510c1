package dev.espalier.integration.cli.broken;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Registers a name that another plugin registers too, and one of its own. */
public final class TakesANameOfAnother implements Plugin {
  @Override
  public PluginInfo info() {
    return new PluginInfo("broken.another", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(ExtensionPoint.ACTIVATION, "mish", Citation.cite("none", "x"), _ -> x -> x);
    to.register(ExtensionPoint.ACTIVATION, "own", Citation.cite("none", "x"), _ -> x -> x);
  }
}
