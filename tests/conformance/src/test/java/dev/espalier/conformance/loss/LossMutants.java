package dev.espalier.conformance.loss;

import static dev.espalier.api.plugin.ExtensionPoint.LOSS;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Loss;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.Registering;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/** Wrong losses. */
public final class LossMutants {
  private static final String SQUARE = "convex;least=0;zero-at-target;symmetric;proper=mean";

  private LossMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return List.of(
        inPlaceOf(
            "half the square for the square",
            "LOSS-1",
            new Of((p, t) -> mean(p.sub(t).square().mul(0.5)))),
        inPlaceOf("a closed Hessian of half the size", "LOSS-1", new HalfHessian()),
        claiming(
            "a loss that mixes its examples",
            "LOSS-2",
            SQUARE,
            (p, t) -> {
              Tensor each = mean(p.sub(t).square());
              return each.mean().broadcast(each.shape());
            }),
        claiming(
            "a loss through two-byte floats",
            "LOSS-3",
            SQUARE,
            (p, t) ->
                p.dtype() == DType.F32
                    ? mean(p.to(DType.BF16).to(DType.F32).sub(t).square())
                    : mean(p.sub(t).square())),
        claiming(
            "a distance as a root of a square",
            "LOSS-4",
            "convex;least=0;zero-at-target;symmetric",
            (p, t) -> mean(p.sub(p).add(p.sub(p.floor())).square().sqrt().add(p.sub(t).abs()))),
        claiming(
            "a sum in place of the mean",
            "LOSS-5",
            SQUARE,
            (p, t) -> {
              Tensor flat = p.sub(t).square();
              return flat.reshape(flat.shape().extent(0), each(flat)).sum(1);
            }),
        claiming(
            "a claim to be convex",
            "LOSS-6",
            "convex;least=0;zero-at-target;symmetric",
            (p, t) -> mean(p.sub(t).square().log1p())),
        claiming(
            "a lower bound that is too low",
            "LOSS-6",
            SQUARE.replace("=0", "=-1"),
            (p, t) -> mean(p.sub(t).square())),
        claiming(
            "symmetry that is not claimed",
            "LOSS-6",
            SQUARE.replace("symmetric;", ""),
            (p, t) -> mean(p.sub(t).square())),
        claiming(
            "a square that claims the median",
            "LOSS-7",
            SQUARE.replace("mean", "median"),
            (p, t) -> mean(p.sub(t).square())),
        claiming(
            "a factor that is not differentiated",
            "LOSS-8",
            SQUARE,
            (p, t) -> mean(p.sub(t).stopGradient().mul(p.sub(t)))),
        claiming(
            "a slope that is not differentiated",
            "LOSS-8",
            SQUARE,
            (p, t) -> {
              Tensor error = p.sub(t);
              Tensor fixed = error.stopGradient();
              // The square and its slope, and no second derivative.
              return mean(fixed.mul(error.mul(2).sub(fixed)));
            }),
        sampling(
            "labels drawn with half the deviation",
            (p, t, key) -> key.normal(p.dtype(), p.shape()).mul(Math.sqrt(0.5 / each(p)))),
        sampling(
            "labels drawn alike for all examples",
            (p, t, key) ->
                key.normal(p.dtype(), p.shape().remove(0))
                    .mul(Math.sqrt(2.0 / each(p)))
                    .broadcast(p.shape(), 1)),
        sampling(
            "labels drawn without the key",
            (p, t, key) -> p.onesLike().mul(Math.sqrt(2.0 / each(p)))));
  }

  private record Sampling(OutputSampler drawing) implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return mean(predictions.sub(targets).square());
    }

    @Override
    public Optional<OutputSampler> sampler() {
      return Optional.of(drawing);
    }
  }

  private static Mutant sampling(String name, Loss.OutputSampler drawing) {
    return inPlaceOf(name, "LOSS-9", new Sampling(drawing));
  }

  private static int each(Tensor x) {
    return x.shape().extent(0) == 0 ? 0 : x.shape().size() / x.shape().extent(0);
  }

  private static Tensor mean(Tensor each) {
    return each.reshape(each.shape().extent(0), each(each)).mean(1);
  }

  private record Of(BinaryOperator<Tensor> f) implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return f.apply(predictions, targets);
    }
  }

  private record HalfHessian() implements Loss {
    @Override
    public Target target() {
      return Target.VALUES;
    }

    @Override
    public Tensor perExample(Tensor predictions, Tensor targets) {
      return mean(predictions.sub(targets).square());
    }

    @Override
    public Optional<Tensor> outputHessianVector(Tensor predictions, Tensor targets, Tensor vector) {
      return Optional.of(vector.div(each(predictions)));
    }
  }

  private static Mutant inPlaceOf(String name, String rule, Loss loss) {
    return Registering.mutant(
        name, rule, Registering.inPlaceOf(LOSS, "mse", (Params p) -> loss), LossRules.checks());
  }

  private static Mutant claiming(
      String name, String rule, String claims, BinaryOperator<Tensor> f) {
    StringBuilder golden = new StringBuilder("# origin: a test\n");
    for (String claim : claims.split(";", -1)) {
      golden.append("# claim: ").append(claim).append('\n');
    }
    golden.append("# set:\npredictions,targets,loss,gradient\n7,5,4,4\n");
    return Registering.mutant(
        name,
        rule,
        Registering.subject(LOSS, (Params p) -> new Of(f), golden.toString()),
        LossRules.checks());
  }
}
