package dev.espalier.training.objective;

import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Clipping;
import dev.espalier.api.training.LayerStatistics;
import dev.espalier.api.training.Objective;
import dev.espalier.api.training.WrappedObjective;
import dev.espalier.engine.Bf16Products;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * An objective whose answers are computed with products of BF16 operands, of the function and of
 * its derivatives; see {@link Bf16Products}. What is done with the answers is not touched.
 *
 * @param inner what answers in F32
 */
public record Bf16Objective(Objective inner) implements WrappedObjective {
  private static final String VALUE = "value";
  private static final String AT = "at";
  private static final String ALONG = "along";

  /** A question at a tree whose answer is a tree. */
  private static Tree<Tensor> rounded(Tree<Tensor> at, UnaryOperator<Tree<Tensor>> question) {
    List<String> paths = new ArrayList<>();
    List<Tensor> leaves =
        Bf16Products.apply(
            in -> {
              Tree<Tensor> answer = question.apply(at.withLeaves(in));
              paths.addAll(answer.paths());
              return answer.leaves();
            },
            at.leaves());
    return Tree.of(paths, leaves);
  }

  private static Tensor roundedTensor(Tree<Tensor> at, Function<Tree<Tensor>, Tensor> question) {
    return rounded(at, in -> Tree.of(VALUE, question.apply(in))).get(VALUE);
  }

  /** A point and a vector at it. */
  private static Tree<Tensor> line(Tree<Tensor> at, Tree<Tensor> along) {
    return at.under(AT).and(along.under(ALONG));
  }

  @Override
  public Tensor value(Tree<Tensor> parameters) {
    return roundedTensor(parameters, inner::value);
  }

  @Override
  public ValueAndGradient valueAndGradient(Tree<Tensor> parameters) {
    Tree<Tensor> answers =
        rounded(
            parameters,
            in -> {
              ValueAndGradient answer = inner.valueAndGradient(in);
              return answer.gradient().under(ALONG).and(VALUE, answer.value());
            });
    return new ValueAndGradient(answers.get(VALUE), answers.subtree(ALONG));
  }

  @Override
  public Tree<Tensor> hessianVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return rounded(
        line(parameters, vector), in -> inner.hessianVector(in.subtree(AT), in.subtree(ALONG)));
  }

  @Override
  public Tree<Tensor> gaussNewtonVector(Tree<Tensor> parameters, Tree<Tensor> vector) {
    return rounded(
        line(parameters, vector), in -> inner.gaussNewtonVector(in.subtree(AT), in.subtree(ALONG)));
  }

  @Override
  public Tensor perExampleValues(Tree<Tensor> parameters) {
    return roundedTensor(parameters, inner::perExampleValues);
  }

  @Override
  public Tree<Tensor> perExampleGradients(Tree<Tensor> parameters) {
    return rounded(parameters, inner::perExampleGradients);
  }

  /** The norms of what is rounded: the factors are of the gradients that are summed. */
  @Override
  public ClippedSum clippedSum(Tree<Tensor> parameters, Clipping clipping) {
    Tree<Tensor> answers =
        rounded(
            parameters,
            in -> {
              ClippedSum answer = inner.clippedSum(in, clipping);
              return answer
                  .sum()
                  .under("sum")
                  .and(answer.norms().under("norms"))
                  .and(VALUE, answer.value());
            });
    return new ClippedSum(answers.get(VALUE), answers.subtree("sum"), answers.subtree("norms"));
  }

  @Override
  public Tree<LayerStatistics> layerStatistics(Tree<Tensor> parameters, Optional<Key> sampled) {
    Map<String, LayerStatistics> inside = new LinkedHashMap<>();
    Tree<Tensor> answers =
        rounded(
            parameters,
            in -> {
              inside.putAll(inner.layerStatistics(in, sampled).asMap());
              Tree<LayerStatistics> of = Tree.of(inside);
              return of.map(LayerStatistics::inputs)
                  .under("inputs")
                  .and(of.map(LayerStatistics::outputGradients).under("outputs"));
            });
    Tree<Tensor> outputs = answers.subtree("outputs");
    return Tree.of(inside)
        .mapWithPath((path, s) ->
            new LayerStatistics(
                answers.get("inputs/" + path),
                outputs.get(path),
                s.axes(),
                s.inputAxes(),
                s.parameter()));
  }

  @Override
  public Tree<Tensor> sampledGradient(Tree<Tensor> parameters, Key key) {
    return rounded(parameters, in -> inner.sampledGradient(in, key));
  }

  @Override
  public Tensor directionalDerivative(Tree<Tensor> parameters, Tree<Tensor> direction, int order) {
    return roundedTensor(
        line(parameters, direction),
        in -> inner.directionalDerivative(in.subtree(AT), in.subtree(ALONG), order));
  }

  @Override
  public Set<Batch> batches() {
    return inner.batches();
  }

  @Override
  public Objective on(Batch batch) {
    return new Bf16Objective(inner.on(batch));
  }

  @Override
  public Objective part(int from, int to) {
    return new Bf16Objective(inner.part(from, to));
  }

  @Override
  public Objective holding(Tree<Tensor> fixed) {
    return new Bf16Objective(inner.holding(fixed));
  }
}
