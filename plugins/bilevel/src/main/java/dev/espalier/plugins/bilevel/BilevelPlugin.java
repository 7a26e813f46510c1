package dev.espalier.plugins.bilevel;

import static dev.espalier.api.plugin.Citation.cite;

import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.plugins.bilevel.hypergradient.Implicit;
import dev.espalier.plugins.bilevel.linear.Gmres;
import dev.espalier.plugins.bilevel.linear.NeumannSeries;
import java.util.List;

/** The hypergradients that come with Espalier. */
public final class BilevelPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public BilevelPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.bilevel", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        Hypergradient.POINT,
        "exact",
        cite(Works.PEDREGOSA_2016, "dF/dx = f_x - g_xy g_yy^-1 f_y"),
        p -> Implicit.exact());
    to.register(
        Hypergradient.POINT,
        "implicit",
        cite(Works.PEDREGOSA_2016, "g_yy v = f_y; dF/dx = f_x - g_xy v").and(Works.LORRAINE_2019),
        p -> Implicit.by(solver(p)));
  }

  private static LinearSolver solver(Params p) {
    String name =
        p.choice("solver", "cg", List.of("cg", "gmres", "neumann"), "the linear solver");
    int iterations =
        (int) p.integer("iterations", 20, "the most iterations, vectors or terms").in(1, 1 << 20);
    double tolerance =
        p.real("tolerance", 1e-5, "of the residual, of cg and gmres").notNegative();
    double step = p.real("step", 0.01, "of the Neumann series").positive();
    return switch (name) {
      case "cg" -> new ConjugateGradient(tolerance, iterations);
      case "gmres" -> new Gmres(tolerance, iterations, 1);
      default -> new NeumannSeries(step, iterations);
    };
  }
}
