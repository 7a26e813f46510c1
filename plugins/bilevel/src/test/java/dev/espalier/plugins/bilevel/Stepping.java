package dev.espalier.plugins.bilevel;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.StepContext;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** A method that takes steps on a problem: its graph is traced once and run again and again. */
public final class Stepping {
  private final Graph graph;
  private final int unknowns;
  private final Tree<NdArray> first;
  private List<NdArray> held;
  private long step;

  /**
   * Begins.
   *
   * @param problem made for a step's key and its number
   */
  public Stepping(
      BilevelMethod method,
      BiFunction<Key, Tensor, BilevelProblem> problem,
      Tree<NdArray> outer,
      Tree<NdArray> inner,
      double rate) {
    this.first = outer.and(inner);
    this.unknowns = first.size();
    List<Tree<TensorType>> state = new ArrayList<>();
    List<TensorType> types = first.map(NdArray::type).leaves();
    Graph init =
        Graph.trace(
            "init",
            types,
            in -> {
              Tree<Tensor> all = first.withLeaves(in);
              Tree<Tensor> begun =
                  method.init(all.filter(outer::contains), all.filter(inner::contains));
              state.add(begun.map(Tensor::type));
              List<Tensor> leaves = new ArrayList<>(in);
              leaves.addAll(begun.leaves());
              return leaves;
            });
    this.held = Reference.run(init, first.leaves());
    List<TensorType> all = new ArrayList<>(types);
    all.addAll(state.getFirst().leaves());
    int count = all.size();
    all.add(TensorType.of(DType.I64));
    this.graph =
        Simplify.simplify(
            Graph.trace(
                    "step",
                    all,
                    in -> {
                      Tree<Tensor> both = first.withLeaves(in.subList(0, unknowns));
                      Tensor number = in.get(count);
                      Key key = new Key(number.constant(DType.I64, 5L)).fold(number);
                      BilevelMethod.Step done =
                          method.step(
                              problem.apply(key, number),
                              both.filter(outer::contains),
                              both.filter(inner::contains),
                              state.getFirst().withLeaves(in.subList(unknowns, count)),
                              new StepContext(number, number.constant(DType.F32, rate), key));
                      List<Tensor> next =
                          new ArrayList<>(
                              both.mapWithPath((path, old) ->
                                      outer.contains(path)
                                          ? done.outer().get(path)
                                          : done.inner().get(path))
                                  .leaves());
                      next.addAll(state.getFirst().zip(done.state(), (type, now) -> now).leaves());
                      return next;
                    })
                .verify());
  }

  public Stepping run(int steps) {
    for (int i = 0; i < steps; i++) {
      List<NdArray> in = new ArrayList<>(held);
      in.add(NdArray.scalar(step++));
      held = Reference.run(graph, in);
    }
    return this;
  }

  public double[] at(String path) {
    return first.withLeaves(held.subList(0, unknowns)).get(path).toDoubles();
  }
}
