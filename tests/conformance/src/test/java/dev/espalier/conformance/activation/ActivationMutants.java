package dev.espalier.conformance.activation;

import static dev.espalier.api.plugin.ExtensionPoint.ACTIVATION;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.Registering;
import java.util.List;
import java.util.function.UnaryOperator;

/** Wrong activations. */
public final class ActivationMutants {
  private static final String TANH = "range=-1,1;monotone;odd;left=0,-1;right=0,1";

  private ActivationMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return List.of(
        inPlaceOf("swish registered as mish", "ACT-1", "mish", x -> x.mul(x.logistic())),
        inPlaceOf("softplus as log(1 + e^x)", "ACT-1", "softplus", x -> x.exp().add(1).log()),
        claiming(
            "a function through two-byte floats",
            "ACT-2",
            TANH,
            x -> x.dtype() == DType.F32 ? x.to(DType.BF16).to(DType.F32).tanh() : x.tanh()),
        claiming("a stopped gradient", "ACT-3", TANH, x -> x.tanh().stopGradient()),
        claiming(
            "an exponential that overflows below a fraction",
            "ACT-4",
            "range=0,1;monotone;left=0,0;right=0,1",
            x -> x.neg().exp().add(1).reciprocal()),
        claiming(
            "a rectifier that swallows NaN",
            "ACT-5",
            "range=0,inf;monotone;convex;left=0,0;right=1,0;kinks=0",
            x -> x.gt(0).select(x, x.zerosLike())),
        claiming("a range that is too wide", "ACT-6", TANH.replace("-1,1", "-2,1"), Tensor::tanh),
        claiming("a parity that is not claimed", "ACT-6", TANH.replace("odd;", ""), Tensor::tanh),
        claiming("a wrong limit", "ACT-6", TANH.replace("0,1", "0,2"), Tensor::tanh),
        claiming("a kink where there is none", "ACT-7", TANH + ";kinks=0.5", Tensor::tanh),
        claiming(
            "a function that drops an axis",
            "ACT-8",
            TANH,
            x -> x.shape().rank() > 2 ? x.tanh().sum(1) : x.tanh()),
        claiming(
            "a function that centres its argument",
            "ACT-9",
            TANH,
            x -> x.shape().rank() < 2 ? x.tanh() : x.sub(x.mean(-1).spread(x.shape(), -1)).tanh()),
        mutant("a parameter that does nothing", "ACT-10", new Idle()),
        mutant("noise in evaluation", "ACT-11", new Noisy(false)),
        mutant("noise that is not claimed", "ACT-11", new Noisy(true)),
        mutant("another function in the full form", "ACT-12", new TwoForms()));
  }

  private record Plain(UnaryOperator<Tensor> f) implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return f.apply(x);
    }
  }

  /** Declares a slope and does not use it. */
  private record Idle() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.tanh();
    }

    @Override
    public Tree<Tensor> parameters(Tensor anchor, TensorType input) {
      return Tree.of("slope", anchor.constant(input.dtype(), 0.25));
    }
  }

  /** Scales by a random factor near 1. */
  private record Noisy(boolean onlyInTraining) implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.tanh();
    }

    @Override
    public Tensor apply(Tensor x, Context context) {
      if (onlyInTraining && !context.training()) {
        return x.tanh();
      }
      Tensor noise = context.key().uniform(x.dtype(), x.shape()).sub(0.5);
      return x.tanh().mul(noise.add(1));
    }
  }

  private record TwoForms() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.tanh();
    }

    @Override
    public Tensor apply(Tensor x, Context context) {
      return x.atan();
    }
  }

  private static Mutant inPlaceOf(
      String name, String rule, String shipped, UnaryOperator<Tensor> f) {
    return Registering.mutant(
        name,
        rule,
        Registering.inPlaceOf(ACTIVATION, shipped, (Params p) -> new Plain(f)),
        ActivationRules.checks());
  }

  private static Mutant claiming(String name, String rule, String claims, UnaryOperator<Tensor> f) {
    return mutant(name, rule, claims, new Plain(f));
  }

  private static Mutant mutant(String name, String rule, Activation activation) {
    return mutant(name, rule, TANH, activation);
  }

  private static Mutant mutant(String name, String rule, String claims, Activation activation) {
    StringBuilder golden = new StringBuilder("# origin: a test\n");
    for (String claim : claims.split(";", -1)) {
      golden.append("# claim: ").append(claim).append('\n');
    }
    golden.append("# set:\nx,value,first,second,third\n0,0,1,0,-2\n");
    return Registering.mutant(
        name,
        rule,
        Registering.subject(ACTIVATION, (Params p) -> activation, golden.toString()),
        ActivationRules.checks());
  }
}
