package dev.espalier.training.objective;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Bf16Products;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * An objective whose answers are computed with products of BF16 operands, of the function and of
 * its derivatives; see {@link Bf16Products}. What is done with the answers is not touched.
 *
 * @param inner what answers in F32
 */
public record Bf16Objective(Objective inner) implements Objective {
  @Override
  public Set<Need> offers() {
    return inner.offers();
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return Bf16Products.apply(
            in -> List.of(inner.value(parameters.withLeaves(in))), parameters.leaves())
        .getFirst();
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    List<Tensor> answers =
        Bf16Products.apply(
            in -> {
              ValueAndGradient answer = inner.valueAndGradient(parameters.withLeaves(in));
              List<Tensor> all = new ArrayList<>(ordered(parameters, answer.gradient()));
              all.add(answer.value());
              return all;
            },
            parameters.leaves());
    return new ValueAndGradient(
        answers.getLast(), parameters.withLeaves(answers.subList(0, answers.size() - 1)));
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return along(parameters, vector, in -> inner.hessianVector(in.at(), in.vector()));
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return along(parameters, vector, in -> inner.gaussNewtonVector(in.at(), in.vector()));
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return parameters.withLeaves(
        Bf16Products.apply(
            in -> ordered(parameters, inner.perExampleGradients(parameters.withLeaves(in))),
            parameters.leaves()));
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return Bf16Products.apply(
            in -> {
              Line line = Line.of(parameters, in);
              return List.of(inner.directionalDerivative(line.at(), line.vector(), order));
            },
            both(parameters, direction))
        .getFirst();
  }

  /** A point and a vector at it. */
  private record Line(Tree<Tensor> at, Tree<Tensor> vector) {
    static Line of(Tree<Tensor> like, List<Tensor> leaves) {
      int size = like.size();
      return new Line(
          like.withLeaves(leaves.subList(0, size)),
          like.withLeaves(leaves.subList(size, 2 * size)));
    }
  }

  private static Tree<Tensor> along(
      Tree<Tensor> parameters, Tree<Tensor> vector, Function<Line, Tree<Tensor>> question) {
    return parameters.withLeaves(
        Bf16Products.apply(
            in -> ordered(parameters, question.apply(Line.of(parameters, in))),
            both(parameters, vector)));
  }

  private static List<Tensor> both(Tree<Tensor> parameters, Tree<Tensor> vector) {
    List<Tensor> both = new ArrayList<>(parameters.leaves());
    both.addAll(ordered(parameters, vector));
    return both;
  }

  private static List<Tensor> ordered(Tree<Tensor> like, Tree<Tensor> tree) {
    return like.zip(tree, (own, other) -> other).leaves();
  }
}
