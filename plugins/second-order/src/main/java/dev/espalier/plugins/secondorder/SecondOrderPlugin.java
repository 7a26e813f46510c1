package dev.espalier.plugins.secondorder;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.OPTIMIZER;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.GradientTransform;
import dev.espalier.api.training.Optimizer;
import java.util.List;
import java.util.Optional;

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
    to.register(
        OPTIMIZER,
        "oasis",
        cite(Works.JAHANI_2021, "p -= rate*eta*g/max(|D|, least), D of z*(H z), eta adapted"),
        p ->
            new Oasis(
                p.real("beta", 0.999, "decay of the curvature").inHalfOpen(0, 1),
                p.real("least", 1e-3, "least curvature").positive(),
                p.real("initial_rate", 1e-4, "eta of the first step").positive(),
                (int)
                    p.integer("first_probes", 10, "estimates that the curvature begins with")
                        .in(1, Integer.MAX_VALUE),
                new Hutchinson(Hutchinson.Probe.RADEMACHER)));
    to.register(
        OPTIMIZER,
        "m-fac",
        cite(Works.FRANTAR_2021, "p -= rate*(damping*I + sum g g^T/window)^-1 g"),
        p ->
            Optimizer.of(
                withMomentum(
                    p,
                    new MatrixFreeCurvature(
                        (int)
                            p.integer("window", 32, "gradients that are kept")
                                .in(1, Integer.MAX_VALUE),
                        p.real("damping", 0.1, "added to the Fisher matrix").positive()))));
    to.register(
        OPTIMIZER,
        "k-fac",
        cite(Works.MARTENS_2015, "p -= rate*A^-1 G B^-1, A of inputs, B of sampled gradients"),
        p ->
            new KroneckerFactored(
                p.real("decay", 0.95, "of the factors").inHalfOpen(0, 1),
                p.real("damping", 1e-2, "added to the factors, by its root each").positive(),
                new Interval(
                    interval(p, "inverse_interval", 10, "steps from inverses to inverses")),
                switch (p.choice(
                    "fallback",
                    "adam",
                    List.of("adam", "gradient"),
                    "what moves parameters without statistics")) {
                  case "adam" -> new Grafts.Adam(0.999, 1e-8);
                  default -> new Grafts.Sgd();
                },
                p.real("fallback_factor", 1, "of the fallback's direction").notNegative(),
                p.real("momentum", 0.9, "how much of the velocity stays").inHalfOpen(0, 1),
                p.real("weight_decay", 0, "decoupled decay of parameters").notNegative()));
    to.register(
        OPTIMIZER,
        "shampoo",
        cite(Works.GUPTA_2018, "p -= rate*L^(-1/4) G R^(-1/4)").and(Works.ANIL_2020),
        p -> Optimizer.of(withMomentum(p, shampoo(p))));
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

  private static Momentum withMomentum(Params p, GradientTransform transform) {
    return new Momentum(
        transform,
        p.real("momentum", 0.9, "how much of the velocity stays").inHalfOpen(0, 1),
        p.real("weight_decay", 0, "decoupled decay of parameters").notNegative());
  }

  private static Shampoo shampoo(Params p) {
    double decay = p.real("decay", 0.95, "of a statistic that is an average").inHalfOpen(0, 1);
    Statistic statistic =
        switch (p.choice(
            "statistic", "sum", List.of("sum", "average"), "how products of gradients are kept")) {
          case "sum" -> new Statistic.Sum();
          default -> new Statistic.MovingAverage(decay);
        };
    InverseRoot root =
        switch (p.choice(
            "root", "newton", List.of("newton", "eigen"), "how inverse roots are computed")) {
          case "newton" -> new CoupledNewton();
          default -> new EigenRoot();
        };
    double beta2 = p.real("grafting_beta2", 0.999, "decay of grafted Adam").inHalfOpen(0, 1);
    double epsilon = p.real("grafting_epsilon", 1e-8, "added to the grafted root").notNegative();
    Optional<GradientTransform> grafting =
        switch (p.choice(
            "grafting",
            "adam",
            List.of("none", "sgd", "adagrad", "adam"),
            "whose length directions get")) {
          case "none" -> Optional.empty();
          case "sgd" -> Optional.of(new Grafts.Sgd());
          case "adagrad" -> Optional.of(new Grafts.Adagrad(epsilon));
          default -> Optional.of(new Grafts.Adam(beta2, epsilon));
        };
    return new Shampoo(
        statistic,
        p.real("epsilon", 1e-6, "added to statistics").positive(),
        p.real("ridge", 1e-6, "added to statistics, of their largest element").notNegative(),
        root,
        interval(p, "root_interval", 10, "steps from roots to roots"),
        new Blocking.Equal(
            (int) p.integer("block", 64, "largest extent of a block").in(1, Integer.MAX_VALUE)),
        grafting);
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
