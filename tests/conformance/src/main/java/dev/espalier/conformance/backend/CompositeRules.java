package dev.espalier.conformance.backend;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.ir.CausalAttention;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.numerics.Bound;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.BackendSubject;
import dev.espalier.engine.Engine;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The standard composites: what a backend that knows one by name makes of it is what the body gives
 * in f64, and so is what one makes of it that runs the body.
 */
final class CompositeRules {
  private static final int[] TIMES = {1, 7, 33, 130};
  private static final int[] FEATURES = {1, 5, 8, 64};

  private CompositeRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(new Check<>("BE-17", CompositeRules::attention));
  }

  private static Stream<Trial> attention(BackendSubject subject, Tier tier) {
    return Stream.of(DType.values())
        .filter(DType::isFloat)
        .flatMap(dtype -> sizes(tier).map(shape -> trial(subject, dtype, shape)));
  }

  private static Stream<Shape> sizes(Tier tier) {
    Stream<Shape> few = Stream.of(Shape.of(7, 5), Shape.of(2, 1, 33, 8), Shape.of(1, 3, 1, 1));
    return tier == Tier.QUICK
        ? few
        : Stream.concat(
            few,
            IntStream.of(TIMES)
                .boxed()
                .flatMap(time -> IntStream.of(FEATURES).mapToObj(d -> Shape.of(2, 3, time, d))));
  }

  private static Trial trial(BackendSubject subject, DType dtype, Shape shape) {
    return new Trial(
        CausalAttention.NAME + " " + dtype.text() + shape,
        findings -> {
          Backend backend = subject.backend();
          if (!backend.capabilities().types().contains(dtype)) {
            return;
          }
          TensorType type = new TensorType(dtype, shape);
          List<NdArray> qkv = random(List.of(type, type, type));
          List<NdArray> attended =
              compare(backend, findings, "attention", CompositeRules::forward, qkv);
          List<NdArray> all = new ArrayList<>(qkv);
          all.addAll(attended);
          all.addAll(random(attended.stream().map(NdArray::type).toList()));
          compare(backend, findings, "its derivative", CausalAttention::applyBackward, all);
        });
  }

  private static List<Tensor> forward(List<Tensor> in) {
    CausalAttention.Attended attended = CausalAttention.apply(in.get(0), in.get(1), in.get(2));
    return List.of(attended.output(), attended.logSums());
  }

  private interface Function {
    List<Tensor> apply(List<Tensor> in);
  }

  /** Compares one and, vectorised, three of the same; gives what one should be, rounded. */
  private static List<NdArray> compare(
      Backend backend, Findings findings, String what, Function function, List<NdArray> inputs) {
    Graph graph = graph(function, inputs);
    List<NdArray> wide = inputs.stream().map(x -> x.convert(DType.F64)).toList();
    List<NdArray> wanted = Reference.run(graph(function, wide), wide);
    if (backend.capabilities().claims(graph)) {
      List<NdArray> found = BackendSubject.run(backend, graph, inputs);
      Graph several =
          new Engine().vectorise(graph, 3, Collections.nCopies(inputs.size(), Boolean.TRUE));
      findings.require(
          several.nodes().stream().anyMatch(node -> node.op() instanceof Composite),
          "vectorised, " + what + " has no name");
      List<NdArray> repeated = inputs.stream().map(CompositeRules::threeTimes).toList();
      List<NdArray> foundSeveral = BackendSubject.run(backend, several, repeated);
      for (int i = 0; i < wanted.size(); i++) {
        Bound bound = bound(found.get(i).type().dtype(), wanted.get(i));
        findings.compare("composite", what + ", result " + i, found.get(i), wanted.get(i), bound);
        findings.compare(
            "composite",
            what + " vectorised, result " + i,
            foundSeveral.get(i),
            threeTimes(wanted.get(i)),
            bound);
      }
    }
    List<NdArray> rounded = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      rounded.add(wanted.get(i).convert(graph.outputTypes().get(i).dtype()));
    }
    return rounded;
  }

  private static Graph graph(Function function, List<NdArray> inputs) {
    return Graph.trace("composite", inputs.stream().map(NdArray::type).toList(), function::apply);
  }

  private static NdArray threeTimes(NdArray x) {
    double[] once = x.toDoubles();
    double[] values = new double[3 * once.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = once[i % once.length];
    }
    TensorType type = x.type();
    return NdArray.wrap(new TensorType(DType.F64, type.shape().insert(0, 3)), values)
        .convert(type.dtype());
  }

  /** Sums of rounded products are as near as the largest of their results allows. */
  private static Bound bound(DType dtype, NdArray wanted) {
    double largest = 1;
    for (double value : wanted.toDoubles()) {
      largest = Math.max(largest, Math.abs(value));
    }
    double each =
        switch (dtype) {
          case F64 -> 2e-14;
          case F32 -> 8e-6;
          case F16 -> 2e-3;
          default -> 2e-2;
        };
    return new Bound(0, each * largest, "composed: sums over positions and features");
  }

  private static List<NdArray> random(List<TensorType> types) {
    SplittableRandom random = new SplittableRandom(types.size());
    List<NdArray> arrays = new ArrayList<>();
    for (TensorType type : types) {
      double[] values = new double[type.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextGaussian();
      }
      arrays.add(NdArray.wrap(type.withDType(DType.F64), values).convert(type.dtype()));
    }
    return arrays;
  }
}
