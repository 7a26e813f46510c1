package dev.espalier.conformance.optimizer;

import static dev.espalier.api.plugin.ExtensionPoint.OPTIMIZER;

import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.Optimizer;
import dev.espalier.api.training.StepContext;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.Registering;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** Wrong optimizers: gradient descent with a momentum of 0.5, and one mistake each. */
public final class OptimizerMutants {
  private OptimizerMutants() {}

  /** The right one, for mutants to change a part of. */
  private static class Momentum implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return parameters.map(Tensor::zerosLike).under("velocity");
    }

    Tree<Tensor> gradient(Objective objective, Tree<Tensor> parameters) {
      return objective.gradient(parameters);
    }

    Tensor velocity(Tensor before, Tensor gradient) {
      return before.mul(0.5).add(gradient);
    }

    Tensor rate(StepContext context, Tensor like) {
      return context.learningRateLike(like);
    }

    Tree<Tensor> state(Tree<Tensor> velocity) {
      return velocity.under("velocity");
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      Tree<Tensor> gradient = gradient(objective, parameters);
      Tree<Tensor> velocity = state.subtree("velocity").zip(gradient, this::velocity);
      Tree<Tensor> moved = parameters.zip(velocity, (p, v) -> p.sub(rate(context, v).mul(v)));
      return new Step(
          moved, state(velocity), objective.valueAndGradient(parameters).value(), Tree.empty());
    }
  }

  /** All of them. */
  public static List<Mutant> all() {
    List<Mutant> all = new ArrayList<>(single());
    all.addAll(secretive());
    return List.copyOf(all);
  }

  private static List<Mutant> single() {
    AtomicInteger traces = new AtomicInteger();
    return List.of(
        mutant(
            "the new gradient weighted like the old",
            "OPT-1",
            new Momentum() {
              @Override
              Tensor velocity(Tensor before, Tensor gradient) {
                return before.add(gradient).mul(0.5);
              }
            }),
        hearing(
            "two gradients of a step that are those where it begins",
            "u-dog",
            (objective, start) -> new Deaf(objective, objective.valueAndGradient(start))),
        hearing(
            "a step size that follows from no loss",
            "sania-adam-sqr",
            (objective, start) -> {
              Tree<Tensor> g = objective.gradient(start);
              Tensor one = g.leaves().getFirst().constant(DType.F64, 1.0);
              return new Deaf(
                  objective,
                  new Objective.ValueAndGradient(one.to(g.leaves().getFirst().dtype()), g));
            }),
        mutant(
            "a default other than the cited one",
            "OPT-2",
            p -> {
              p.real("momentum", 0.9, "how much of the velocity stays").inHalfOpen(0, 1);
              return new Momentum();
            }),
        mutant(
            "a step uphill",
            "OPT-3",
            new Momentum() {
              @Override
              Tensor rate(StepContext context, Tensor like) {
                return super.rate(context, like).neg();
              }
            }),
        mutant(
            "a norm over all parameters",
            "OPT-4",
            new Momentum() {
              @Override
              Tree<Tensor> gradient(Objective objective, Tree<Tensor> parameters) {
                Tree<Tensor> g = super.gradient(objective, parameters);
                Tensor sum = g.get("scale").square().add(1);
                return g.map(leaf -> leaf.div(sum.to(leaf.dtype()).broadcast(leaf.shape())));
              }
            }),
        claiming(
            "a norm over each tensor",
            "elementwise",
            new Momentum() {
              @Override
              Tensor velocity(Tensor before, Tensor gradient) {
                Tensor norm = gradient.square().sum().add(1).broadcast(gradient.shape());
                return super.velocity(before, gradient.div(norm));
              }
            }),
        claiming("a step as long as the gradient", "gradient-scale-invariant", new Momentum()),
        claiming(
            "a step downwards only",
            "sign-symmetric",
            new Momentum() {
              @Override
              Tensor velocity(Tensor before, Tensor gradient) {
                return super.velocity(before, gradient.relu());
              }
            }),
        claiming(
            "parameters that shrink",
            "translation-invariant",
            new Momentum() {
              @Override
              Tree<Tensor> gradient(Objective objective, Tree<Tensor> parameters) {
                return super.gradient(objective, parameters).zip(parameters, Tensor::add);
              }
            }),
        claiming(
            "a step that depends on the place in a tensor",
            "permutation-invariant",
            new Momentum() {
              @Override
              Tensor velocity(Tensor before, Tensor gradient) {
                Shape flat = Shape.of(gradient.shape().size());
                Tensor places = gradient.reshape(flat).mul(0).add(1).cumulativeSum(0);
                return super.velocity(before, gradient.mul(places.reshape(gradient.shape())));
              }
            }),
        claiming(
            "signs, which know the axes",
            "rotation-invariant",
            new Momentum() {
              @Override
              Tensor velocity(Tensor before, Tensor gradient) {
                return super.velocity(before, gradient.sign());
              }
            }),
        mutant(
            "state under another name",
            "OPT-5",
            new Momentum() {
              @Override
              public Tree<Tensor> init(Tree<Tensor> parameters) {
                return super.init(parameters).and("count", parameters.leaves().getFirst());
              }

              @Override
              public Step step(
                  Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext c) {
                Step right = super.step(objective, parameters, state, c);
                return new Step(
                    right.parameters(),
                    right.state().and("count", state.get("count")),
                    right.loss(),
                    right.report());
              }
            }),
        mutant(
            "a state that widens",
            "OPT-6",
            new Momentum() {
              @Override
              Tree<Tensor> state(Tree<Tensor> velocity) {
                return velocity.map(v -> v.to(DType.F32)).under("velocity");
              }
            }),
        mutant(
            "a velocity that is scaled in a field",
            "OPT-7",
            p ->
                new Momentum() {
                  private final int made = traces.incrementAndGet();

                  @Override
                  Tensor rate(StepContext context, Tensor like) {
                    return super.rate(context, like)
                        .mul(1 + traces.incrementAndGet() * 1e-9 * made);
                  }
                }),
        mutant(
            "a number of the trace in the step",
            "OPT-8",
            new Momentum() {
              @Override
              Tensor rate(StepContext context, Tensor like) {
                return super.rate(context, like).mul(1 + traces.incrementAndGet() * 1e-3);
              }
            }),
        mutant(
            "a division by the size of the gradient",
            "OPT-9",
            new Momentum() {
              @Override
              Tensor velocity(Tensor before, Tensor gradient) {
                return before.mul(0.5).add(gradient.mul(gradient.div(gradient.square().sqrt())));
              }
            }),
        mutant(
            "NaN hidden by a comparison",
            "OPT-10",
            new Momentum() {
              @Override
              Tensor velocity(Tensor before, Tensor gradient) {
                return super.velocity(
                    before, gradient.eq(gradient).select(gradient, gradient.zerosLike()));
              }
            }),
        mutant(
            "a step that has a rate of its own",
            "OPT-11",
            new Momentum() {
              @Override
              Tensor rate(StepContext context, Tensor like) {
                return super.rate(context, like).add(1e-6);
              }
            }),
        mutant(
            "a need that it does not declare",
            "OPT-12",
            new Momentum() {
              @Override
              Tree<Tensor> gradient(Objective objective, Tree<Tensor> parameters) {
                objective.hessianVector(parameters, parameters);
                return super.gradient(objective, parameters);
              }
            }),
        mutant(
            "a need that it never has",
            "OPT-12",
            new Momentum() {
              @Override
              public Set<Objective.Need> needs() {
                return Set.of(Objective.Need.GRADIENT, Objective.Need.GAUSS_NEWTON_VECTOR);
              }
            }));
  }

  /** One for each question beside the value and the gradient that it may ask and not declare. */
  private static List<Mutant> secretive() {
    Map<String, BiFunction<Objective, Tree<Tensor>, Object>> questions = new LinkedHashMap<>();
    questions.put("a Gauss-Newton product", (o, at) -> o.gaussNewtonVector(at, at));
    questions.put("the losses of single examples", Objective::perExampleValues);
    questions.put("the gradients of single examples", Objective::perExampleGradients);
    questions.put("a clipped sum", (o, at) -> o.clippedSum(at, Clipping.flat(1)));
    questions.put("a gradient at sampled labels", (o, at) -> o.sampledGradient(at, key(at)));
    questions.put("statistics of layers", (o, at) -> o.layerStatistics(at, Optional.empty()));
    questions.put("a directional derivative", (o, at) -> o.directionalDerivative(at, at, 2));
    return questions.entrySet().stream()
        .map(question ->
            mutant(
                question.getKey() + " that it does not declare to ask",
                "OPT-12",
                new Momentum() {
                  @Override
                  Tree<Tensor> gradient(Objective objective, Tree<Tensor> parameters) {
                    Object _ = question.getValue().apply(objective, parameters);
                    return super.gradient(objective, parameters);
                  }
                }))
        .toList();
  }

  private static Key key(Tree<Tensor> at) {
    return new Key(at.leaves().getFirst().constant(DType.I64, 1L));
  }

  private static Mutant mutant(String name, String rule, Optimizer optimizer) {
    return mutant(name, rule, (Params p) -> optimizer);
  }

  /** A shipped one that asks another objective: seen by points that say what is found elsewhere. */
  private static Mutant hearing(
      String name, String shipped, BiFunction<Objective, Tree<Tensor>, Objective> instead) {
    Factory<? extends Optimizer> right = Registering.shipped(OPTIMIZER, shipped).factory();
    return Registering.mutant(
        name,
        "OPT-1",
        Registering.inPlaceOf(OPTIMIZER, shipped, p -> new Hearing(right.create(p), instead)),
        OptimizerRules.checks());
  }

  private record Hearing(Optimizer right, BiFunction<Objective, Tree<Tensor>, Objective> instead)
      implements Optimizer {
    @Override
    public Tree<Tensor> init(Tree<Tensor> parameters) {
      return right.init(parameters);
    }

    @Override
    public Step step(
        Objective objective, Tree<Tensor> parameters, Tree<Tensor> state, StepContext context) {
      return right.step(instead.apply(objective, parameters), parameters, state, context);
    }

    @Override
    public Tree<Tensor> evaluationPoint(Tree<Tensor> parameters, Tree<Tensor> state) {
      return right.evaluationPoint(parameters, state);
    }
  }

  /** Gives one answer wherever it is asked. */
  private record Deaf(Objective inner, ValueAndGradient answer) implements WrappedObjective {
    @Override
    public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
      return answer;
    }
  }

  /** One that claims an invariance which it has not. */
  private static Mutant claiming(String name, String claim, Optimizer optimizer) {
    return mutant(name, "OPT-4", claim, p -> optimizer);
  }

  private static Mutant mutant(String name, String rule, Factory<Optimizer> factory) {
    return mutant(name, rule, "elementwise", factory);
  }

  private static Mutant mutant(String name, String rule, String claim, Factory<Optimizer> factory) {
    String golden =
        """
        # origin: v = v/2 + g, p - rate v, by hand
        # claim: state=velocity
        # claim: defaults=momentum 0.5
        # claim: %s
        # claim: quadratic=0.01,200,1
        # claim: rosenbrock=0.0005,200,5
        # claim: logistic-regression=0.2,200,0.1
        # claim: network=0.05,200,1
        # set:
        # given: learning_rate=0.5,parameter=1
        step,gradient,parameter
        0,1,0.5
        1,1,-0.25
        2,-2,0.375
        """
            .formatted(claim);
    return Registering.mutant(
        name, rule, Registering.subject(OPTIMIZER, factory, golden), OptimizerRules.checks());
  }
}
