package dev.espalier.plugins.optimizers;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.ExtensionPoint.GRADIENT_ESTIMATOR;
import static dev.espalier.api.plugin.ExtensionPoint.GRADIENT_TRANSFORM;
import static dev.espalier.api.plugin.ExtensionPoint.OPTIMIZER;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.Optimizer;
import java.util.List;

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
        p -> Optimizer.of(sgd(p)));
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
        p -> Optimizer.of(adagrad(p)));
    contributeOfStructure(to);
    contributeOfBatches(to);
    contributeWithoutRates(to);
  }

  /** Those that change the gradient, the point or the step, and ask for gradients alone. */
  private static void contributeOfStructure(Registrar to) {
    to.register(
        OPTIMIZER,
        "beta-gd",
        cite(Works.CHEN_ZHOU_2023, "p -= rate*g/|g|^beta"),
        p -> Optimizer.of(new BetaGradient(p.real("beta", 1, "exponent of |g|").in(0, 1))));
    to.register(
        GRADIENT_ESTIMATOR,
        "mars",
        cite(Works.YUAN_2024, "g + gamma*beta/(1 - beta)*(g - g at the step before), clipped"),
        p -> mars(p, p.real("beta", 0.95, "decay of the optimizer's mean").inHalfOpen(0, 1)));
    to.register(
        OPTIMIZER,
        "mars-adamw",
        cite(Works.YUAN_2024, "AdamW of the corrected gradient"),
        p -> {
          Adam adam = adam(p, 0.95, 0.99);
          return mars(p, adam.beta1()).then(Optimizer.of(new AdamW(adam, decay(p, 0))));
        });
    to.register(
        OPTIMIZER,
        "mars-lion",
        cite(Works.YUAN_2024, "p -= rate*(sign(m) + weight_decay*p), m of the corrected gradient"),
        p -> {
          double beta = p.real("beta1", 0.95, "decay of the mean").inHalfOpen(0, 1);
          return mars(p, beta).then(Optimizer.of(new Lion(beta, beta, decay(p, 0))));
        });
    to.register(
        OPTIMIZER,
        "mars-shampoo",
        cite(
                Works.YUAN_2024,
                "p -= rate*(sqrt(max(1, out/in))*O(m) + weight_decay*p), O by Newton and Schulz")
            .and(Works.JORDAN_2024),
        OptimizersPlugin::marsShampoo);
    to.register(
        OPTIMIZER,
        "accelerated-sgd",
        cite(
                Works.LI_2023,
                "w = u - rate*g; v = beta*u + (1 - beta)*v - ratio*rate*g; ships mean w")
            .and(Works.JAIN_2017),
        p ->
            new AcceleratedSgd(
                p.real("ratio", 10, "of the long steps to the short ones").in(1, 1e6),
                p.real("beta", 0.05, "how fast long steps follow").in(1e-9, 1),
                p.integer("tail_from", 0, "first step of the mean").in(0, Long.MAX_VALUE)));
    to.register(
        GRADIENT_TRANSFORM,
        "coordinate-clipping",
        cite(Works.PAN_2023, "sign(u)*min(|u|, tau)"),
        OptimizersPlugin::clipping);
    to.register(
        OPTIMIZER,
        "clipped-sgd",
        cite(Works.PAN_2023, "p -= rate*clip(v), v SGD's direction"),
        p -> sharpness(p, Optimizer.of(sgd(p), clipping(p))));
    to.register(
        OPTIMIZER,
        "clipped-adam",
        cite(Works.PAN_2023, "p -= rate*clip(u), u Adam's direction"),
        p -> sharpness(p, Optimizer.of(adam(p), clipping(p))));
  }

  /** Those that ask for batches, or for parts of one. */
  private static void contributeOfBatches(Registrar to) {
    to.register(
        OPTIMIZER,
        "normalized-spider",
        cite(Works.CHEN_ZHOU_2023, "v += g - g at the step before; p -= rate*v/|v|")
            .and(Works.FANG_2018),
        p ->
            new NormalizedSpider(
                p.integer("period", 16, "steps from one large batch to the next").in(1, 1 << 30),
                p.integer("large_batch", 0, "its examples; 0 for all").in(0, Long.MAX_VALUE)));
    to.register(
        OPTIMIZER,
        "adadagrad",
        cite(Works.LAU_2024, "AdaGrad; batch n = variance/(eta^2*|g|^2)")
            .and(Works.BOLLAPRAGADA_2017),
        p -> new AdAdaGrad(adagrad(p), batchTest(p), largestBatch(p)));
    to.register(
        OPTIMIZER,
        "adadagrad-norm",
        cite(Works.LAU_2024, "AdaGrad-Norm; batch n = variance/(eta^2*|g|^2)")
            .and(Works.WARD_2018)
            .and(Works.BOLLAPRAGADA_2017),
        p ->
            new AdAdaGrad(
                new AdagradNorm(
                    p.real("epsilon", 1e-10, "added to the root").notNegative(),
                    p.real("initial_accumulator", 0, "the sum at the start").notNegative()),
                batchTest(p),
                largestBatch(p)));
    to.register(
        OPTIMIZER,
        "prox-prox",
        cite(Works.WOODWORTH_2023, "argmin <g - h'(p), z> + h(z) + |z - p|^2/(2*rate), h a part"),
        p ->
            new ProxProx(
                Proxy.part(p.real("share", 0.25, "of the batch's rows in h").in(1e-9, 1)),
                Math.toIntExact(p.integer("steps", 5, "inner steps").in(1, 1000)),
                p.real("inner", 0.5, "length of inner steps, of the rate").in(1e-9, 1)));
  }

  /** Those whose rate is a factor that is 1. */
  private static void contributeWithoutRates(Registrar to) {
    to.register(
        OPTIMIZER,
        "sps",
        cite(Works.LOIZOU_2020, "p -= rate*min((f - least)/|g|^2, longest)*g")
            .and(Works.ABDUKHAKIMOV_2023),
        p -> new Sania(new Preconditioner.Identity(), linear(p), least(p)));
    to.register(
        OPTIMIZER,
        "sania-adagrad-sqr",
        cite(Works.ABDUKHAKIMOV_2023, "Polyak's step with B = sum of g^2"),
        p -> new Sania(new Preconditioner.AdagradSquared(), model(p), least(p)));
    to.register(
        OPTIMIZER,
        "sania-adam-sqr",
        cite(Works.ABDUKHAKIMOV_2023, "Polyak's step with B = unbiased average of g^2"),
        p ->
            new Sania(
                new Preconditioner.AdamSquared(
                    p.real("beta2", 0.999, "decay of the second moment").inHalfOpen(0, 1)),
                model(p),
                least(p)));
    to.register(
        OPTIMIZER,
        "sania-hutchinson",
        cite(Works.ABDUKHAKIMOV_2023, "Polyak's step with B = |average of z*Hz|"),
        p -> new Sania(hutchinson(p), model(p), least(p)));
    to.register(
        OPTIMIZER,
        "sania-pcg",
        cite(Works.ABDUKHAKIMOV_2023, "Polyak's step along H^-1 g, by conjugate gradients"),
        p ->
            new SaniaNewton(
                hutchinson(p),
                least(p),
                p.real("tolerance", 1e-3, "of the residual").notNegative(),
                Math.toIntExact(p.integer("iterations", 10, "the most").in(1, 1 << 20)),
                p.real("mix", 0.7, "what stays where the loss bends down").inHalfOpen(0, 1),
                p.real("longest", 5, "the most length there").positive()));
    to.register(
        OPTIMIZER,
        "sania-cubic",
        cite(Works.ABDUKHAKIMOV_2023, "p -= rate*(1 - k)*((1 - k)*H + k*s*I)^-1 g"),
        p ->
            new SaniaCubic(
                least(p),
                Math.toIntExact(p.integer("vectors", 10, "of the Krylov space").in(1, 1 << 10))));
    to.register(
        OPTIMIZER,
        "u-dog",
        cite(Works.KREISLER_2024, "UniXGrad's steps, distance over gradients long"),
        p -> new UniversalDog(p.real("reach", 1e-6, "first distance, of 1 + |p|").positive()));
  }

  private static Sgd sgd(Params p) {
    return new Sgd(
        p.real("momentum", 0, "how much of the velocity stays").inHalfOpen(0, 1),
        p.flag("nesterov", false, "whether to look one step ahead"),
        p.real("weight_decay", 0, "coefficient of the L2 penalty").notNegative());
  }

  private static Adagrad adagrad(Params p) {
    return new Adagrad(
        p.real("epsilon", 1e-10, "added to the root").notNegative(),
        p.real("initial_accumulator", 0, "the sum at the start").notNegative());
  }

  private static Mars mars(Params p, double beta) {
    return new Mars(
        p.real("gamma", 0.025, "how much of the correction is taken").notNegative(),
        beta,
        p.flag("exact", false, "whether the gradient before is of this step's batch"),
        p.flag("clip", true, "whether each tensor's length is limited to 1"));
  }

  private static MarsShampoo marsShampoo(Params p) {
    double beta = p.real("beta1", 0.95, "decay of the matrices' mean").inHalfOpen(0, 1);
    Adam vectors =
        new Adam(
            p.real("vector_beta1", 0.9, "decay of the other mean").inHalfOpen(0, 1),
            p.real("vector_beta2", 0.95, "decay of the second moment").inHalfOpen(0, 1),
            p.real("epsilon", 1e-8, "added to the root and to a matrix' length").notNegative());
    return new MarsShampoo(
        mars(p, beta),
        new OrthogonalMomentum(beta, new NewtonSchulz(5, vectors.epsilon()), decay(p, 0)),
        new AdamW(
            vectors, p.real("vector_weight_decay", 0.1, "of what is no matrix").notNegative()),
        p.real("vector_rate", 1, "of what is no matrix, of the rate").notNegative());
  }

  private static Preconditioner hutchinson(Params p) {
    return new Preconditioner.Hutchinson(
        p.real("beta2", 0.999, "decay of the average").inHalfOpen(0, 1),
        p.real("least_curvature", 1e-3, "least element of B").positive());
  }

  private static PolyakModel model(Params p) {
    String model =
        p.choice("model", "quadratic", List.of("quadratic", "linear"), "of the loss along B^-1 g");
    PolyakModel linear = linear(p);
    return model.equals("linear") ? linear : new PolyakModel.Quadratic();
  }

  private static PolyakModel linear(Params p) {
    return new PolyakModel.Linear(
        p.real("longest", 1000, "the most length in a linear model").positive());
  }

  private static double decay(Params p, double by) {
    return p.real("weight_decay", by, "decoupled decay of parameters").notNegative();
  }

  private static CoordinateClipping clipping(Params p) {
    return new CoordinateClipping(
        p.real("threshold", 0, "tau; 0 where the share decides").notNegative(),
        p.real("share", 0.1, "how much of each tensor is clipped").in(1e-9, 1));
  }

  private static Optimizer sharpness(Params p, Optimizer optimizer) {
    return p.flag("sharpness", false, "whether to report directional sharpness")
        ? new DirectionalSharpness(optimizer)
        : optimizer;
  }

  private static BatchTest batchTest(Params p) {
    double eta = p.real("eta", 0.5, "of the norm tests").positive();
    double theta = p.real("theta", 0.9, "of the inner-product test").positive();
    double nu = p.real("nu", 5.84, "of its augmentation").positive();
    String test =
        p.choice(
            "test",
            "norm",
            List.of("norm", "coordinates", "inner-product", "augmented"),
            "when a batch is large enough");
    return switch (test) {
      case "norm" -> new BatchTest.OfNorm(eta);
      case "coordinates" -> new BatchTest.OfCoordinates(eta);
      default -> new BatchTest.OfInnerProduct(theta, nu, test.equals("augmented"));
    };
  }

  private static long largestBatch(Params p) {
    return p.integer("largest_batch", 0, "most examples; 0 for all").in(0, Long.MAX_VALUE);
  }

  private static double least(Params p) {
    return p.real("least", 0, "the least loss of any batch").finite();
  }

  private static Adam adam(Params p) {
    return adam(p, 0.9, 0.999);
  }

  private static Adam adam(Params p, double beta1, double beta2) {
    return new Adam(
        p.real("beta1", beta1, "decay of the mean").inHalfOpen(0, 1),
        p.real("beta2", beta2, "decay of the second moment").inHalfOpen(0, 1),
        p.real("epsilon", 1e-8, "added to the root").notNegative());
  }
}
