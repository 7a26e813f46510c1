package dev.espalier.plugins.onednn;

import static dev.espalier.api.plugin.Citation.cite;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** Registers the matrix products {@code onednn}. */
public final class OnednnPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public OnednnPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.onednn", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        ExtensionPoint.MATRIX_PRODUCTS,
        "onednn",
        cite("Intel, oneDNN", "C = A B"),
        params -> new OnednnProducts());
  }
}
