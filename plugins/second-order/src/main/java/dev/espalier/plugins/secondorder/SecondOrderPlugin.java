package dev.espalier.plugins.secondorder;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.OPTIMIZER;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import java.util.List;

/** The optimizers that ask about curvature. */
public final class SecondOrderPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public SecondOrderPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.second-order", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        OPTIMIZER,
        "adahessian",
        cite(Works.YAO_2020, "p -= rate*m/(sqrt(v)^power + epsilon), v of z*(H z)"),
        p ->
            new AdaHessian(
                p.real("beta1", 0.9, "decay of the mean").inHalfOpen(0, 1),
                p.real("beta2", 0.999, "decay of the second moment").inHalfOpen(0, 1),
                p.real("epsilon", 1e-4, "added to the root").notNegative(),
                p.real("power", 1, "power of the Hessian").in(0, 1),
                (int)
                    p.integer("block", 1, "neighbours that share a curvature")
                        .in(1, Integer.MAX_VALUE),
                p.real("weight_decay", 0, "decoupled decay of parameters").notNegative()));
    to.register(
        OPTIMIZER,
        "sophia-h",
        cite(Works.LIU_2023, "p -= rate*clip(m/max(gamma*h, epsilon), 1), h of u*(H u)"),
        p -> sophia(p, 0.01, new Hutchinson(probe(p))));
    to.register(
        OPTIMIZER,
        "sophia-g",
        cite(Works.LIU_2023, "p -= rate*clip(m/max(gamma*h, epsilon), 1), h of sampled gradients"),
        p -> sophia(p, 0.05, new GaussNewtonBartlett()));
  }

  private static Sophia sophia(Params p, double gamma, DiagonalCurvature curvature) {
    return new Sophia(
        p.real("beta1", 0.96, "decay of the mean").inHalfOpen(0, 1),
        p.real("beta2", 0.99, "decay of the curvature").inHalfOpen(0, 1),
        p.real("gamma", gamma, "scale of the curvature").positive(),
        p.real("epsilon", 1e-12, "least denominator").positive(),
        new Interval(interval(p, "interval", 10, "steps from estimate to estimate")),
        curvature,
        p.real("weight_decay", 0.2, "decoupled decay of parameters").notNegative());
  }

  private static Hutchinson.Probe probe(Params p) {
    return switch (p.choice(
        "probe", "normal", List.of("normal", "rademacher"), "how probing vectors are drawn")) {
      case "normal" -> Hutchinson.Probe.NORMAL;
      default -> Hutchinson.Probe.RADEMACHER;
    };
  }

  private static long interval(Params p, String name, long steps, String help) {
    return p.integer(name, steps, help).in(1, Integer.MAX_VALUE);
  }
}
