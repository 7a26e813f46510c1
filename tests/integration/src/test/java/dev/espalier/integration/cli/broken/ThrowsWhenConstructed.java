package dev.espalier.integration.cli.broken;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Fails in its constructor. */
public final class ThrowsWhenConstructed implements Plugin {
  /** Fails. */
  public ThrowsWhenConstructed() {
    throw new IllegalStateException("the licence server does not answer");
  }

  @Override
  public PluginInfo info() {
    return new PluginInfo("broken.constructed", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {}
}
