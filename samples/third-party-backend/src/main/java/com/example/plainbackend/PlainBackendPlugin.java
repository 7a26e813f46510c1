package com.example.plainbackend;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Registers the backend {@code plain-backend}. */
public final class PlainBackendPlugin implements Plugin {
  @Override
  public PluginInfo info() {
    return new PluginInfo("com.example.plain-backend", "1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ExtensionPoint.BACKEND,
        "plain-backend",
        Citation.cite("a sample", "one loop an operation, in double"),
        params -> new PlainBackendProvider());
  }
}
