package dev.espalier.plugins.optimizers;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.OPTIMIZER;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.Optimizer;

/** The first-order optimizers that come with Espalier. */
public final class OptimizersPlugin implements Plugin {
  /** The version of this plugin. */
  public static final String VERSION = "0.1.0";

  /** For the service loader. */
  public OptimizersPlugin() {}

  @Override
  public PluginInfo info() {
    return new PluginInfo("espalier.optimizers", VERSION, PluginInfo.API_VERSION);
  }

  @Override
  public void contribute(Registrar to) {
    to.register(
        OPTIMIZER,
        "sgd",
        cite(Works.POLYAK_1964, "v = momentum*v + g; p -= rate*v").and(Works.SUTSKEVER_2013),
        p ->
            Optimizer.of(
                new Sgd(
                    p.real("momentum", 0, "how much of the velocity stays").inHalfOpen(0, 1),
                    p.flag("nesterov", false, "whether to look one step ahead"),
                    p.real("weight_decay", 0, "coefficient of the L2 penalty").notNegative())));
    to.register(
        OPTIMIZER,
        "adam",
        cite(Works.KINGMA_2014, "p -= rate*m/(sqrt(v) + epsilon), m and v unbiased"),
        p -> Optimizer.of(adam(p)));
    to.register(
        OPTIMIZER,
        "adamw",
        cite(Works.LOSHCHILOV_2017, "p -= rate*(m/(sqrt(v) + epsilon) + weight_decay*p)"),
        p ->
            Optimizer.of(
                new AdamW(
                    adam(p),
                    p.real("weight_decay", 0.01, "decoupled decay of parameters").notNegative())));
    to.register(
        OPTIMIZER,
        "lion",
        cite(Works.CHEN_2023, "p -= rate*(sign(beta1*m + (1 - beta1)*g) + weight_decay*p)"),
        p ->
            Optimizer.of(
                new Lion(
                    p.real("beta1", 0.9, "weight of the mean in the direction").inHalfOpen(0, 1),
                    p.real("beta2", 0.99, "decay of the mean").inHalfOpen(0, 1),
                    p.real("weight_decay", 0, "decoupled decay of parameters").notNegative())));
    to.register(
        OPTIMIZER,
        "rmsprop",
        cite(Works.TIELEMAN_2012, "p -= rate*g/(sqrt(v) + epsilon)").and(Works.GRAVES_2013),
        p ->
            Optimizer.of(
                new RmsProp(
                    p.real("alpha", 0.99, "decay of the averages").inHalfOpen(0, 1),
                    p.real("epsilon", 1e-8, "added to the root").notNegative(),
                    p.real("momentum", 0, "how much of the velocity stays").inHalfOpen(0, 1),
                    p.flag("centered", false, "whether to take the mean off"))));
    to.register(
        OPTIMIZER,
        "adagrad",
        cite(Works.DUCHI_2011, "s += g^2; p -= rate*g/(sqrt(s) + epsilon)"),
        p ->
            Optimizer.of(
                new Adagrad(
                    p.real("epsilon", 1e-10, "added to the root").notNegative(),
                    p.real("initial_accumulator", 0, "the sum at the start").notNegative())));
  }

  private static Adam adam(Params p) {
    return new Adam(
        p.real("beta1", 0.9, "decay of the mean").inHalfOpen(0, 1),
        p.real("beta2", 0.999, "decay of the second moment").inHalfOpen(0, 1),
        p.real("epsilon", 1e-8, "added to the root").notNegative());
  }
}
