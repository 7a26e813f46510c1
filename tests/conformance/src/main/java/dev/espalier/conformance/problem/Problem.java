package dev.espalier.conformance.problem;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Loss;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.reference.Reference;
import dev.espalier.training.model.Model;
import dev.espalier.training.objective.BatchObjective;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A mean loss to make small: predictions from parameters and a batch, a loss of each, and where to
 * start.
 *
 * @param name for people, and the name of the claim about it
 * @param predict from parameters and inputs [batch, ...] to predictions [batch, ...]
 * @param loss the loss of an example
 * @param inputs the batch
 * @param targets its targets
 * @param start the parameters at first
 * @param least the greatest lower bound of the mean loss
 */
public record Problem(
    String name,
    BiFunction<Tree<Tensor>, Tensor, Tensor> predict,
    Loss loss,
    NdArray inputs,
    NdArray targets,
    Tree<NdArray> start,
    double least) {

  /** The problem in another floating-point type. */
  public Problem in(DType dtype) {
    return new Problem(
        name,
        predict,
        loss,
        inputs.convert(dtype),
        targets.convert(dtype),
        start.map(leaf -> leaf.convert(dtype)),
        least);
  }

  /** The types of the parameters. */
  public Tree<TensorType> types() {
    return start.map(NdArray::type);
  }

  /** What may be asked about it in the trace of a tensor; it answers every question. */
  public Objective objective(Tensor anchor) {
    Key unused = new Key(anchor.constant(DType.I64, 0L));
    return new BatchObjective(
        model(), loss, anchor.constant(inputs), anchor.constant(targets), unused, true);
  }

  /** The mean loss at a point. */
  public double loss(Tree<NdArray> at) {
    Graph graph =
        Graph.trace(
            "loss",
            types().leaves(),
            in -> List.of(objective(in.getFirst()).value(start.withLeaves(in))));
    return Reference.run(graph, at.leaves()).getFirst().getDouble(0);
  }

  /** The model alone; it begins at the start whatever the key. */
  public Model model() {
    return new Predicting(this);
  }

  private record Predicting(Problem of) implements Model {
    @Override
    public TensorType inputType() {
      return example(of.inputs.type());
    }

    @Override
    public TensorType outputType() {
      return example(of.targets.type());
    }

    private static TensorType example(TensorType batch) {
      Shape shape = batch.shape();
      return batch.withShape(shape.slice(1, shape.rank()));
    }

    @Override
    public Tree<Tensor> init(Key key) {
      return of.start.map(key.bits()::constant);
    }

    @Override
    public Tensor apply(Tree<Tensor> parameters, Tensor input, Key key, boolean training) {
      return of.predict.apply(parameters, input);
    }
  }
}
