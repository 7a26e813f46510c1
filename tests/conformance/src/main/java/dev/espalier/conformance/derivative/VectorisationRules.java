package dev.espalier.conformance.derivative;

import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.cases.QuickCases;
import dev.espalier.conformance.numerics.SameBits;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.EngineSubject;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Rules VM: vectorisation and simplification. */
public final class VectorisationRules {
  private static final int SLICES = 3;
  private static final int FEW_INPUTS = 4;

  private VectorisationRules() {}

  /** The checks. */
  public static List<Check<? super EngineSubject>> checks() {
    return List.of(
        new Check<>("VM-1", VectorisationRules::loops),
        new Check<>("VM-2", VectorisationRules::gradients),
        new Check<>("VM-3", VectorisationRules::sameBits),
        NestedVectorisation.check());
  }

  private static Stream<Trial> sameBits(EngineSubject engine, Tier tier) {
    return Stream.concat(
            QuickCases.of(OpCases.all(), tier).stream(), FloatIdentities.all().stream())
        .map(of ->
            new Trial(
                of.name(),
                findings -> {
                  Graph simplified = engine.simplify().apply(of.graph()).verify();
                  SameBits.difference(
                          Reference.run(simplified, of.inputs()),
                          Reference.run(of.graph(), of.inputs()))
                      .ifPresent(where -> findings.problem(of + " simplified: " + where));
                }));
  }

  private static Stream<Trial> loops(EngineSubject engine, Tier tier) {
    return QuickCases.of(OpCases.all(DType.F64, DType.I32, DType.BOOL), tier).stream()
        .map(of ->
            new Trial(
                of.name(),
                findings -> {
                  for (List<Boolean> mapped : choices(of.inputs().size())) {
                    loop(engine, of, mapped, findings);
                  }
                }));
  }

  /** Every choice of inputs that are mapped; of many inputs, one, all but one, and all. */
  private static List<List<Boolean>> choices(int count) {
    return IntStream.range(1, 1 << count)
        .filter(choice ->
            count <= FEW_INPUTS
                || Integer.bitCount(choice) == 1
                || Integer.bitCount(choice) >= count - 1)
        .mapToObj(
            choice -> IntStream.range(0, count).mapToObj(i -> (choice >> i & 1) == 1).toList())
        .toList();
  }

  /**
   * An input for each slice, no two alike: the case's own, and others with its elements turned
   * round, so that each is in its domain. What is to be factorised, and so may have to be
   * symmetric, triangular or definite, is scaled; a scalar has one element and stays.
   */
  private static List<NdArray> slices(OpCase of, NdArray input) {
    boolean scaled = input.type().dtype().isFloat() && factorises(of.graph());
    return IntStream.range(0, SLICES)
        .mapToObj(s -> scaled ? scaled(input, 1.0 / (1 << s)) : turned(input, s))
        .toList();
  }

  private static boolean factorises(Graph graph) {
    return graph.nodes().stream()
        .map(Node::op)
        .anyMatch(op ->
            op instanceof Cholesky
                || op instanceof TriangularSolve
                || op instanceof Eigh
                || op instanceof Svd
                || op instanceof Qr
                || op.graphs().stream().anyMatch(VectorisationRules::factorises));
  }

  private static NdArray scaled(NdArray input, double by) {
    double[] values = input.toDoubles();
    for (int i = 0; i < values.length; i++) {
      values[i] *= by;
    }
    return NdArray.of(values, input.type().shape().extents()).convert(input.type().dtype());
  }

  private static NdArray turned(NdArray input, int by) {
    int size = input.type().shape().size();
    Object storage = NdArray.allocate(input.type());
    if (size > 0) {
      int first = by % size;
      System.arraycopy(input.storage(), first, storage, 0, size - first);
      System.arraycopy(input.storage(), 0, storage, size - first, first);
    }
    return NdArray.wrap(input.type(), storage);
  }

  private static NdArray stack(List<NdArray> slices) {
    TensorType type = slices.getFirst().type();
    TensorType stacked = type.withShape(type.shape().insert(0, slices.size()));
    int size = type.shape().size();
    Object storage = NdArray.allocate(stacked);
    for (int s = 0; s < slices.size(); s++) {
      System.arraycopy(slices.get(s).storage(), 0, storage, s * size, size);
    }
    return NdArray.wrap(stacked, storage);
  }

  private static void loop(
      EngineSubject engine, OpCase of, List<Boolean> mapped, Findings findings) {
    List<List<NdArray>> slices =
        IntStream.range(0, of.inputs().size())
            .mapToObj(i ->
                mapped.get(i)
                    ? slices(of, of.inputs().get(i))
                    : Collections.nCopies(SLICES, of.inputs().get(i)))
            .toList();
    List<NdArray> inputs = new ArrayList<>();
    for (int i = 0; i < mapped.size(); i++) {
      inputs.add(mapped.get(i) ? stack(slices.get(i)) : of.inputs().get(i));
    }
    Graph vectorised =
        Graph.trace(
                "vmap",
                inputs.stream().map(NdArray::type).toList(),
                (List<Tensor> in) -> engine.vmap().apply(of.graph()::apply, in, mapped))
            .verify();
    List<NdArray> found = Reference.run(vectorised, inputs);
    for (int s = 0; s < SLICES; s++) {
      int slice = s;
      List<NdArray> wanted =
          Reference.run(of.graph(), slices.stream().map(x -> x.get(slice)).toList());
      for (int i = 0; i < wanted.size(); i++) {
        slice(of + " mapped " + mapped + " output " + i, found.get(i), s, wanted.get(i), findings);
      }
    }
  }

  private static void slice(
      String what, NdArray found, int slice, NdArray wanted, Findings findings) {
    TensorType type = wanted.type().withShape(wanted.type().shape().insert(0, SLICES));
    if (!found.type().equals(type)) {
      findings.problem(what + " is of " + found.type() + ", not " + type);
      return;
    }
    int size = wanted.type().shape().size();
    for (int i = 0; i < size; i++) {
      double a = found.getDouble(slice * size + i);
      double b = wanted.getDouble(i);
      if (Double.compare(a, b) != 0 && !(Math.abs(a - b) <= 1e-11 * Math.max(1, Math.abs(b)))) {
        findings.problem(
            "%s slice %d [%d]: found %s, a loop gives %s".formatted(what, slice, i, a, b));
        return;
      }
    }
  }

  /** The gradient of a sum over slices, and the slices' gradients. */
  private static Stream<Trial> gradients(EngineSubject engine, Tier tier) {
    return Numbers.smooth(tier)
        .filter(of -> !Numbers.loopsWithoutBound(of.graph()))
        .filter(of -> of.inputs().stream().allMatch(x -> x.type().dtype().isFloat()))
        .map(of -> new Trial(of.name(), findings -> gradient(engine, of, findings)));
  }

  private static void gradient(EngineSubject engine, OpCase of, Findings findings) {
    List<NdArray> inputs = of.inputs().stream().map(x -> stack(slices(of, x))).toList();
    List<Boolean> mapped = Collections.nCopies(inputs.size(), true);
    List<NdArray> ofSlices =
        Numbers.run(
            inputs,
            in ->
                engine
                    .vmap()
                    .apply(
                        each -> engine.gradient(x -> sum(of.graph().apply(x)), each), in, mapped));
    List<NdArray> ofSum =
        Numbers.run(
            inputs,
            in -> engine.gradient(x -> sum(engine.vmap().apply(of.graph()::apply, x, mapped)), in));
    Numbers.near(
        findings,
        "vmap of the gradient of " + of + " against the gradient of vmap",
        ofSlices,
        ofSum,
        1e-11);
  }

  private static Tensor sum(List<Tensor> results) {
    Tensor sum = results.getFirst().constant(DType.F64, 0.0);
    for (Tensor result : results) {
      if (result.dtype().isFloat()) {
        sum = sum.add(result.shape().rank() == 0 ? result.sin() : result.sin().sum());
      }
    }
    return sum;
  }
}
