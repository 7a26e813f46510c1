package dev.espalier.plugins.bilevel;

import static dev.espalier.api.plugin.Citation.cite;

import dev.espalier.api.linear.ConjugateGradient;
import dev.espalier.api.linear.LinearSolver;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.plugins.bilevel.hypergradient.BoRep;
import dev.espalier.plugins.bilevel.hypergradient.F2sa;
import dev.espalier.plugins.bilevel.hypergradient.F3sa;
import dev.espalier.plugins.bilevel.hypergradient.Implicit;
import dev.espalier.plugins.bilevel.hypergradient.ProximalMomentum;
import dev.espalier.plugins.bilevel.hypergradient.ProximalPenalty;
import dev.espalier.plugins.bilevel.hypergradient.Unrolled;
import dev.espalier.plugins.bilevel.linear.Gmres;
import dev.espalier.plugins.bilevel.linear.NeumannSeries;
import java.util.List;
import java.util.OptionalInt;

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
    to.register(
        Hypergradient.POINT,
        "unrolled",
        cite(Works.MACLAURIN_2015, "a = f_y; dF/dx = f_x + sum U_x^T a, a = U_y^T a")
            .and(Works.SHABAN_2018),
        p ->
            new Unrolled(
                some((int) p.integer("differentiated", 0, "last steps, 0 for all").in(0, 1 << 20)),
                some((int) p.integer("segment", 0, "steps run again, 0 for none").in(0, 1 << 20))));
    to.register(
        Hypergradient.POINT,
        "f2sa",
        cite(Works.KWON_2023, "dF/dx = f_x + l*(g_x(x, y) - g_x(x, z))"),
        p -> new F2sa(multiplier(p), growth(p, 1 / 7.0)));
    to.register(
        Hypergradient.POINT,
        "f3sa",
        cite(Works.KWON_2023, "h = G + (1 - e)*(h - G before); dF/dx = h_fx + l*(h_gxy - h_gxz)"),
        p ->
            new F3sa(
                multiplier(p),
                growth(p, 0.2),
                p.real("decay", 0.8, "exponent of the momentum's fall").notNegative()));
    to.register(
        Hypergradient.POINT,
        "proximal-penalty",
        cite(Works.KWON_2023_PENALTY, "dF/dx = f_x + (g_x(x, u) - g_x(x, v))/s"),
        p -> new ProximalPenalty(sigma(p), fall(p, 1 / 3.0), proximity(p), averaging(p)));
    to.register(
        Hypergradient.POINT,
        "proximal-momentum",
        cite(Works.KWON_2023_PENALTY, "dF/dx = h_fx + (h_gxu - h_gxv)/s"),
        p ->
            new ProximalMomentum(
                sigma(p),
                fall(p, 0.2),
                p.real("momentum", 0.8, "exponent of the momentum's fall").notNegative(),
                proximity(p),
                averaging(p)));
    to.register(
        Hypergradient.POINT,
        "bo-rep",
        cite(Works.HAO_2024, "dF/dx = f_x - g_xy z; z -= rate*(g_yy z - f_y)"),
        p ->
            new BoRep(
                (int) p.integer("period", 2, "steps between those of the inner level").in(1, 1000),
                p.real("system_rate", 0.01, "of the linear system").positive(),
                p.real("radius", 1, "of the balls").positive(),
                (int) p.integer("epochs", 3, "of the refinement").in(0, 20)));
  }

  private static double sigma(Params p) {
    return p.real("sigma", 0.1, "weight of the outer objective at first").positive();
  }

  private static double fall(Params p, double by) {
    return p.real("decay", by, "exponent of its fall").notNegative();
  }

  private static double proximity(Params p) {
    return p.real("proximity", 1, "how far the proximal terms let go").positive();
  }

  private static double averaging(Params p) {
    return p.real("averaging", 0.9, "how far the centers follow").in(1e-6, 1);
  }

  private static OptionalInt some(int count) {
    return count == 0 ? OptionalInt.empty() : OptionalInt.of(count);
  }

  private static double multiplier(Params p) {
    return p.real("multiplier", 10, "of the penalty in the first step").positive();
  }

  private static double growth(Params p, double by) {
    return p.real("growth", by, "exponent of its growth").notNegative();
  }

  private static LinearSolver solver(Params p) {
    String name = p.choice("solver", "cg", List.of("cg", "gmres", "neumann"), "the linear solver");
    int iterations =
        (int) p.integer("iterations", 20, "the most iterations, vectors or terms").in(1, 1 << 20);
    double tolerance = p.real("tolerance", 1e-5, "of the residual, of cg and gmres").notNegative();
    double step = p.real("step", 0.01, "of the Neumann series").positive();
    return switch (name) {
      case "cg" -> new ConjugateGradient(tolerance, iterations);
      case "gmres" -> new Gmres(tolerance, iterations, 1);
      default -> new NeumannSeries(step, iterations);
    };
  }
}
