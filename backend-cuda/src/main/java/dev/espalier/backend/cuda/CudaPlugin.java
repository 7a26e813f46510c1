package dev.espalier.backend.cuda;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Offers the backend {@code cuda}. */
public final class CudaPlugin implements Plugin {
  /** Found by the service loader. */
  public CudaPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.backend-cuda", "0.1.0", PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ExtensionPoint.BACKEND,
        "cuda",
        Citation.cite("NVIDIA, CUDA Driver API", "graphs as CUDA kernels"),
        _ -> new CudaBackendProvider());
  }
}
