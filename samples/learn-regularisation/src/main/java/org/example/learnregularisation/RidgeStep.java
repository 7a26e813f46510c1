package org.example.learnregularisation;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelMethod;
import dev.espalier.plugins.bilevel.BilevelProblem;
import dev.espalier.training.objective.Examples;
import dev.espalier.training.objective.GlobalNorm;
import dev.espalier.training.step.Batches;
import dev.espalier.training.step.StepFunction;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Logistic regression whose every feature j has a ridge {@code e^(r_j)} of its own. The weights are
 * the inner level and the ridges the outer one:
 *
 * <pre>
 * min over r of   mean of l(x, t; w(r)) over held-out examples
 * w(r) minimises  mean of l(x, t; w) over the batch + sum of e^(r_j) w_j^2 / 2
 * l = softplus(s) - t s    with s = w^T x + b
 * </pre>
 *
 * @param features how many
 * @param method moves both levels
 * @param rate of the outer level
 * @param firstRidge the logarithm of every ridge at the start
 */
public record RidgeStep(int features, BilevelMethod method, double rate, double firstRidge)
    implements StepFunction {
  private static final String RIDGE = "log_ridge";

  @Override
  public Held init(Key key) {
    Tensor anchor = key.bits().constant(DType.F32, 0.0);
    Tensor zeros = anchor.broadcast(Shape.of(features));
    Tree<Tensor> outer = Tree.of(RIDGE, zeros.add(firstRidge));
    Tree<Tensor> inner = Tree.of("weight", zeros).and("bias", anchor);
    return new Held(outer.and(inner), method.init(outer, inner));
  }

  private static Tree<Tensor> outer(Held held) {
    return held.parameters().filter(RIDGE::equals);
  }

  private static Tree<Tensor> inner(Held held) {
    return held.parameters().filter(path -> !path.equals(RIDGE));
  }

  @Override
  public Set<Objective.Batch> batches() {
    return Set.of(Objective.Batch.VALIDATION);
  }

  @Override
  public Update step(Held held, Batches batches, Tensor number, Key key) {
    Examples own = batches.own();
    Examples heldOut = Objects.requireNonNull(batches.others().get(Objective.Batch.VALIDATION));
    BilevelProblem problem =
        BilevelProblem.of(
            List.of(RIDGE),
            (r, w) -> losses(w, heldOut.inputs(), heldOut.targets()).mean(),
            (r, w) ->
                losses(w, own.inputs(), own.targets())
                    .mean()
                    .add(r.get(RIDGE).exp().mul(w.get("weight").square()).sum().mul(0.5)));
    Tensor learningRate = number.constant(DType.F32, rate);
    BilevelMethod.Step done =
        method.step(
            problem,
            outer(held),
            inner(held),
            held.state(),
            new StepContext(number, learningRate, key));
    return new Update(
        new Held(done.outer().and(done.inner()), done.state()),
        done.value(),
        GlobalNorm.of(done.gradient()),
        learningRate,
        done.report());
  }

  @Override
  public Update step(Held held, Tensor inputs, Tensor targets, Tensor number, Key key) {
    throw new UnsupportedOperationException("the outer level asks about held-out examples");
  }

  private static Tensor scores(Tree<Tensor> w, Tensor inputs) {
    Tensor weight = w.get("weight");
    Tensor products = inputs.matmul(weight.expandDims(-1)).squeeze(-1);
    return products.add(w.get("bias").broadcastLike(products));
  }

  private static Tensor losses(Tree<Tensor> w, Tensor inputs, Tensor targets) {
    Tensor s = scores(w, inputs);
    return s.softplus().sub(s.mul(targets));
  }

  @Override
  public List<String> metrics() {
    return List.of("loss", "accuracy");
  }

  @Override
  public Tree<Tensor> evaluate(Held held, Tensor inputs, Tensor targets) {
    Tensor right = scores(inner(held), inputs).gt(0).eq(targets.gt(0.5)).to(DType.F32);
    return Tree.of("loss", losses(inner(held), inputs, targets)).and("accuracy", right);
  }

  @Override
  public Tensor predict(Held held, Tensor inputs) {
    return scores(inner(held), inputs);
  }
}
