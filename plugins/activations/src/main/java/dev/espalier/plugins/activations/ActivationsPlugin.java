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
    to.register(ACTIVATION, "relu", cite(Works.NAIR_2010, "max(x, 0)"), _ -> new Relu());
    to.register(
        ACTIVATION,
        "leaky-relu",
        cite(Works.MAAS_2013, "x > 0 ? x : slope*x"),
        p -> new LeakyRelu(p.real("slope", 0.01, "the derivative left of 0").finite()));
    to.register(
        ACTIVATION,
        "elu",
        cite(Works.CLEVERT_2015, "x > 0 ? x : alpha*(e^x - 1)"),
        p -> new Elu(p.real("alpha", 1, "minus the limit far left").notNegative()));
    to.register(
        ACTIVATION,
        "gelu",
        cite(Works.HENDRYCKS_2016, "x*Phi(x)"),
        p ->
            new Gelu(
                Gelu.Form.valueOf(
                    p.choice("form", "erf", List.of("erf", "tanh"), "exact, or the approximation")
                        .toUpperCase(Locale.ROOT))));
    to.register(ACTIVATION, "silu", cite(Works.ELFWING_2017, "x/(1 + e^-x)"), _ -> new Silu());
    to.register(ACTIVATION, "mish", cite(Works.MISRA_2019, "x*tanh(softplus(x))"), _ -> new Mish());
    to.register(
        ACTIVATION, "softplus", cite(Works.DUGAS_2000, "log(1 + e^x)"), _ -> new Softplus());
    to.register(ACTIVATION, "tanh", cite(Works.LECUN_1998, "tanh(x)"), _ -> new Tanh());
    to.register(
        ACTIVATION, "sigmoid", cite(Works.RUMELHART_1986, "1/(1 + e^-x)"), _ -> new Sigmoid());
  }
}
