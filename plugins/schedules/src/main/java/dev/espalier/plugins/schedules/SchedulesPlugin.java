package dev.espalier.plugins.schedules;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.SCHEDULE;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;

/** The learning-rate schedules that come with Espalier. */
public final class SchedulesPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public SchedulesPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.schedules", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        SCHEDULE,
        "constant",
        cite(Works.ROBBINS_1951, "1").and(Works.GOYAL_2017),
        p -> new Constant(warmup(p)));
    to.register(
        SCHEDULE,
        "linear",
        cite(Works.DEVLIN_2018, "floor + (1 - floor)*(1 - progress)").and(Works.GOYAL_2017),
        p -> new Linear(warmup(p), floor(p)));
    to.register(
        SCHEDULE,
        "cosine",
        cite(Works.LOSHCHILOV_2016, "floor + (1 - floor)*(1 + cos(pi*progress))/2")
            .and(Works.GOYAL_2017),
        p -> new Cosine(warmup(p), floor(p)));
  }

  private static long warmup(Params p) {
    return p.integer("warmup", 0, "steps of linear warm-up").in(0, 1L << 40);
  }

  private static double floor(Params p) {
    return p.real("floor", 0, "the factor at the end").in(0, 1);
  }
}
