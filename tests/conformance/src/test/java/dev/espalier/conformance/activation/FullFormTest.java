package dev.espalier.conformance.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Activation;
import dev.espalier.conformance.Registering;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;
import java.util.List;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** Right activations of every form, which no plugin that comes with Espalier has. */
final class FullFormTest {
  private static final String LEAKY =
      """
      # origin: a test
      # claim: range=-inf,inf
      # claim: monotone
      # claim: convex
      # claim: left=0.25,0
      # claim: right=1,0
      # claim: kinks=0
      """;
  private static final String POINTS =
      """
      # set:
      x,value,first,second,third
      -4,-1,0.25,0,0
      2,2,1,0,0
      """;

  private static final String GATED =
      """
      # origin: x/2 along (x, 0), and twice the logistic function along (2, x)
      # claim: gated
      # set:
      # given: slope1=1,offset2=0
      x,value,first,second,third
      -3,-1.5,0.5,0,0
      4,2,0.5,0,0
      # set:
      # given: offset1=2,slope2=1
      x,value,first,second,third
      0,1,0.5,0,-0.25
      """;

  /** A leaky rectifier with a trainable slope. */
  private record Parametric() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.le(0).select(x.mul(0.25), x);
    }

    @Override
    public Tensor apply(Tensor x, Context context) {
      Tensor slope = context.parameters().get("slope").broadcast(x.shape());
      return x.le(0).select(x.mul(slope), x);
    }

    @Override
    public Tree<Tensor> parameters(Tensor anchor, TensorType input) {
      return Tree.of("slope", anchor.constant(input.dtype(), 0.25));
    }
  }

  /** A leaky rectifier whose slope is drawn from [0, 0.5) in training. */
  private record Randomised() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.le(0).select(x.mul(0.25), x);
    }

    @Override
    public Tensor apply(Tensor x, Context context) {
      if (!context.training()) {
        return apply(x);
      }
      Tensor slope = context.key().uniform(x.dtype(), x.shape()).mul(0.5);
      return x.le(0).select(x.mul(slope), x);
    }
  }

  /** One half times the logistic of the other. */
  private record Gated() implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      int half = x.shape().extent(-1) / 2;
      return x.slice(-1, 0, half).mul(x.slice(-1, half, 2 * half).logistic());
    }

    @Override
    public int outputFeatures(int features) {
      return features / 2;
    }
  }

  @Test
  void aParametrisedActivationHoldsEveryRule() {
    assertThat(failures(new Parametric(), LEAKY + POINTS)).isEmpty();
  }

  @Test
  void aStochasticActivationHoldsEveryRule() {
    assertThat(failures(new Randomised(), LEAKY + "# claim: stochastic\n" + POINTS)).isEmpty();
  }

  @Test
  void aGatedActivationHoldsEveryRuleAlongLinesThroughItsInputs() {
    assertThat(failures(new Gated(), GATED)).isEmpty();
  }

  @Test
  void aGatedActivationWithItsHalvesExchangedIsNotAtItsGoldenPoints() {
    assertThat(failures(halves((a, b) -> b.mul(a.logistic())), GATED))
        .extracting(result -> result.rule().id())
        .containsExactly("ACT-1");
  }

  @Test
  void everyRuleOfOneNumberIsTriedOnGatedActivations() {
    assertThat(ids(halves((a, b) -> a.mul(b.stopGradient().logistic())))).contains("ACT-3");
    assertThat(ids(halves((a, b) -> a.mul(b.exp())))).contains("ACT-4");
    assertThat(ids(halves((a, b) -> a.mul(b.relu())))).contains("ACT-3");
    assertThat(ids(halves((a, b) -> a.mul(b.ne(b).select(b.onesLike(), b.logistic())))))
        .contains("ACT-5");
  }

  @Test
  void aGatedActivationHasNoRangeToClaim() {
    assertThat(
            failures(new Gated(), GATED.replace("# claim: gated", "# claim: gated\n# claim: odd")))
        .extracting(result -> result.rule().id())
        .containsExactly("ACT-6");
  }

  private static List<String> ids(Activation activation) {
    return failures(activation, GATED).stream().map(result -> result.rule().id()).toList();
  }

  private static Activation halves(BinaryOperator<Tensor> f) {
    return new Activation() {
      @Override
      public Tensor apply(Tensor x) {
        int half = x.shape().extent(-1) / 2;
        return f.apply(x.slice(-1, 0, half), x.slice(-1, half, 2 * half));
      }

      @Override
      public int outputFeatures(int features) {
        return features / 2;
      }
    };
  }

  private static List<Result> failures(Activation activation, String golden) {
    return Suite.of(
            Registering.subject(ExtensionPoint.ACTIVATION, (Params p) -> activation, golden),
            ActivationRules.checks())
        .run(Tier.FULL, result -> {})
        .stream()
        .filter(result -> !result.status().conforms())
        .toList();
  }
}
