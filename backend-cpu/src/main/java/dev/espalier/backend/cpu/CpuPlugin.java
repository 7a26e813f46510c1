package dev.espalier.backend.cpu;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Registers the backend {@code cpu}. */
public final class CpuPlugin implements Plugin {
  /** The plugin. */
  public CpuPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.backend-cpu", "0.1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ExtensionPoint.BACKEND,
        "cpu",
        Citation.cite("JEP 529", "fused loops and packed matrix products on vectors of the CPU"),
        params -> new CpuBackendProvider());
  }
}
