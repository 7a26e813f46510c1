package dev.espalier.plugins.initializers;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.INITIALIZER;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import java.util.List;
import java.util.Locale;

/** The initializers that come with Espalier. */
public final class InitializersPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public InitializersPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.initializers", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    Citation glorot = cite(Works.GLOROT_2010, "variance 2*gain^2/(fan_in + fan_out)");
    Citation he = cite(Works.HE_2015, "variance gain^2/fan");
    to.register(INITIALIZER, "zeros", cite("by definition", "0"), _ -> new Constant(0));
    to.register(INITIALIZER, "ones", cite("by definition", "1"), _ -> new Constant(1));
    to.register(
        INITIALIZER,
        "constant",
        cite("by definition", "value"),
        p -> new Constant(p.real("value", 0, "the value").finite()));
    to.register(
        INITIALIZER,
        "normal",
        cite(Works.RADFORD_2019, "std*n, n standard normal"),
        p -> new Normal(p.real("std", 0.02, "the standard deviation").notNegative()));
    to.register(
        INITIALIZER,
        "uniform",
        cite(Works.CHOLLET_2015, "low + (high - low)*u, u on [0, 1)"),
        InitializersPlugin::uniform);
    to.register(INITIALIZER, "xavier-uniform", glorot, p -> new XavierUniform(gain(p)));
    to.register(INITIALIZER, "xavier-normal", glorot, p -> new XavierNormal(gain(p)));
    to.register(INITIALIZER, "kaiming-uniform", he, p -> new KaimingUniform(scaling(p)));
    to.register(INITIALIZER, "kaiming-normal", he, p -> new KaimingNormal(scaling(p)));
  }

  private static Uniform uniform(Params p) {
    double low = p.real("low", -0.05, "the lower end").finite();
    double high = p.real("high", 0.05, "the upper end").finite();
    if (low > high) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "low is at most high",
          "low " + low + ", high " + high,
          "exchange them");
    }
    return new Uniform(low, high);
  }

  private static double gain(Params p) {
    return p.real("gain", 1, "a factor for what follows the layer").positive();
  }

  private static Scaling scaling(Params p) {
    String nonlinearity =
        p.choice(
            "nonlinearity",
            "relu",
            List.of("relu", "leaky-relu", "linear"),
            "what follows the layer");
    double slope = p.real("slope", 0.01, "left of 0, for leaky-relu").finite();
    String fan = p.choice("fan", "in", List.of("in", "out"), "keep signals, or gradients");
    return new Scaling(
        Scaling.Nonlinearity.valueOf(nonlinearity.replace('-', '_').toUpperCase(Locale.ROOT)),
        slope,
        Scaling.Fan.valueOf(fan.toUpperCase(Locale.ROOT)));
  }
}
