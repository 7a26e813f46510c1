package dev.espalier.plugins.losses;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.LOSS;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** The losses that come with Espalier. */
public final class LossesPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public LossesPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.losses", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        LOSS,
        "softmax-cross-entropy",
        cite(Works.BRIDLE_1990, "-sum_k q_k log(softmax(x)_k)").and(Works.SZEGEDY_2015),
        p ->
            new SoftmaxCrossEntropy(
                p.real("label_smoothing", 0, "the mass spread over all classes").inHalfOpen(0, 1)));
    to.register(
        LOSS,
        "binary-cross-entropy",
        cite(Works.COX_1958, "t*softplus(-x) + (1 - t)*softplus(x)"),
        _ -> new BinaryCrossEntropy());
    to.register(LOSS, "mse", cite(Works.LEGENDRE_1805, "(p - t)^2"), _ -> new MeanSquaredError());
    to.register(LOSS, "mae", cite(Works.BLOOMFIELD_1983, "|p - t|"), _ -> new MeanAbsoluteError());
    to.register(
        LOSS,
        "huber",
        cite(Works.HUBER_1964, "|e| <= delta ? e^2/2 : delta*(|e| - delta/2), e = p - t"),
        p -> new Huber(p.real("delta", 1, "where the square turns into a line").positive()));
  }
}
