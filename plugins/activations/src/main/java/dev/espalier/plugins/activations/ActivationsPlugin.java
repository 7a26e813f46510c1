package dev.espalier.plugins.activations;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.ACTIVATION;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import java.util.List;
import java.util.Locale;

/** The activation functions that come with Espalier. */
public final class ActivationsPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public ActivationsPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.activations", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(ACTIVATION, "identity", cite("by definition", "x"), _ -> new Identity());
    to.register(ACTIVATION, "relu", cite("Nair & Hinton, ICML 2010", "max(x, 0)"), _ -> new Relu());
    to.register(
        ACTIVATION,
        "leaky-relu",
        cite("Maas, Hannun & Ng, ICML 2013", "x > 0 ? x : slope*x"),
        p -> new LeakyRelu(p.real("slope", 0.01, "the derivative left of 0").finite()));
    to.register(
        ACTIVATION,
        "elu",
        cite("arXiv:1511.07289", "x > 0 ? x : alpha*(e^x - 1)"),
        p -> new Elu(p.real("alpha", 1, "minus the limit far left").notNegative()));
    to.register(
        ACTIVATION,
        "gelu",
        cite("arXiv:1606.08415", "x*Phi(x)"),
        p ->
            new Gelu(
                Gelu.Form.valueOf(
                    p.choice("form", "erf", List.of("erf", "tanh"), "exact, or the approximation")
                        .toUpperCase(Locale.ROOT))));
    to.register(ACTIVATION, "silu", cite("arXiv:1702.03118", "x/(1 + e^-x)"), _ -> new Silu());
    to.register(
        ACTIVATION, "mish", cite("arXiv:1908.08681", "x*tanh(softplus(x))"), _ -> new Mish());
    to.register(
        ACTIVATION,
        "softplus",
        cite("Dugas et al., NIPS 2000", "log(1 + e^x)"),
        _ -> new Softplus());
    to.register(ACTIVATION, "tanh", cite("LeCun et al. 1998", "tanh(x)"), _ -> new Tanh());
    to.register(
        ACTIVATION,
        "sigmoid",
        cite("Rumelhart, Hinton & Williams, Nature 323, 1986", "1/(1 + e^-x)"),
        _ -> new Sigmoid());
  }
}
