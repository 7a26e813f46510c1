package dev.espalier.integration.cli.broken;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Was built against a later plugin API. */
public final class Newer implements Plugin {
  @Override
  public PluginInfo info() {
    return new PluginInfo("broken.newer", "1.0", PluginInfo.API_VERSION + 1);
  }

  @Override
  public void contribute(Registrar to) {}
}
