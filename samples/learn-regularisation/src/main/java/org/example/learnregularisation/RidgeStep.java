package org.example.learnregularisation;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.StepContext;
import dev.espalier.plugins.bilevel.BilevelMethod;
import dev.espalier.plugins.bilevel.Levels;
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
  /** The path of r. */
  static final String RIDGE = "log_ridge";

  private static final Levels LEVELS = Levels.outside(RIDGE);

  @Override
  public Held init(Key key) {
    Tensor anchor = key.bits().constant(DType.F32, 0.0);
    Tensor zeros = anchor.broadcast(Shape.of(features));
    Tree<Tensor> both =
        Tree.of(RIDGE, zeros.add(firstRidge)).and("weight", zeros).and("bias", anchor);
    return new Held(both, method.init(LEVELS, both));
  }

  @Override
  public Set<Objective.Batch> batches() {
    return Set.of(Objective.Batch.VALIDATION);
  }

  @Override
  public Update step(Held held, Batches batches, Tensor number, Key key) {
    Examples own = batches.own();
    Examples heldOut = Objects.requireNonNull(batches.others().get(Objective.Batch.VALIDATION));
    Tensor learningRate = number.constant(DType.F32, rate);
    BilevelMethod.Step done =
        method.step(
            LEVELS,
            (r, w) -> losses(w, heldOut.inputs(), heldOut.targets()).mean(),
            (r, w) ->
                losses(w, own.inputs(), own.targets())
                    .mean()
                    .add(r.get(RIDGE).exp().mul(w.get("weight").square()).sum().mul(0.5)),
            held.parameters(),
            held.state(),
            new StepContext(number, learningRate, key));
    return new Update(
        new Held(done.both(), done.state()),
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
    Tensor right = scores(held.parameters(), inputs).gt(0).eq(targets.gt(0.5)).to(DType.F32);
    return Tree.of("loss", losses(held.parameters(), inputs, targets)).and("accuracy", right);
  }

  @Override
  public Tensor predict(Held held, Tensor inputs) {
    return scores(held.parameters(), inputs);
  }
}
