package dev.espalier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.numerics.SameBits;
import dev.espalier.engine.Derivatives;
import dev.espalier.engine.Simplify;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Vectorisation and simplification, on every operation and element type. */
class TransformationsTest {
  private static final int SLICES = 3;

  static Stream<OpCase> cases() {
    return OpCases.all().stream();
  }

  static Stream<OpCase> vectorised() {
    return OpCases.all(DType.F64, DType.I32, DType.BOOL).stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aSimplifiedGraphHasTheSameBits(OpCase of) {
    Graph simplified = Simplify.simplify(of.graph().verify()).verify();
    assertThat(
            SameBits.difference(
                Reference.run(simplified, of.inputs()), Reference.run(of.graph(), of.inputs())))
        .as(of.name())
        .isEmpty();
  }

  /** An input for each slice: the case's own, and the same with its elements turned round. */
  private static List<NdArray> slices(NdArray input) {
    int size = input.type().shape().size();
    List<NdArray> slices = new ArrayList<>();
    for (int s = 0; s < SLICES; s++) {
      NdArray slice = input;
      // Indices, predicates and matrices keep their meaning only as they are.
      if (input.type().dtype().isFloat() && input.type().shape().rank() == 1 && size > 1) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
          values[i] = input.getDouble((i + s) % size);
        }
        slice = NdArray.of(values, size).convert(input.type().dtype());
      }
      slices.add(slice);
    }
    return slices;
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

  private static void requireVmapIsALoop(OpCase of, List<Boolean> mapped) {
    List<List<NdArray>> slices =
        IntStream.range(0, of.inputs().size())
            .mapToObj(i ->
                mapped.get(i)
                    ? slices(of.inputs().get(i))
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
                (List<Tensor> in) -> Derivatives.vmap(of.graph()::apply, in, mapped))
            .verify();
    List<NdArray> found = Reference.run(vectorised, inputs);
    for (int s = 0; s < SLICES; s++) {
      int slice = s;
      List<NdArray> wanted =
          Reference.run(of.graph(), slices.stream().map(x -> x.get(slice)).toList());
      for (int i = 0; i < wanted.size(); i++) {
        requireSlice(of + " mapped " + mapped + " output " + i, found.get(i), s, wanted.get(i));
      }
    }
  }

  private static void requireSlice(String what, NdArray found, int slice, NdArray wanted) {
    assertThat(found.type())
        .as(what)
        .isEqualTo(wanted.type().withShape(wanted.type().shape().insert(0, SLICES)));
    int size = wanted.type().shape().size();
    for (int i = 0; i < size; i++) {
      double a = found.getDouble(slice * size + i);
      double b = wanted.getDouble(i);
      boolean same =
          Double.compare(a, b) == 0 || Math.abs(a - b) <= 1e-11 * Math.max(1, Math.abs(b));
      assertThat(same).as("%s slice %d element %d: %s against %s", what, slice, i, a, b).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("vectorised")
  void vmapIsALoopOverTheMappedInputs(OpCase of) {
    int count = of.inputs().size();
    requireVmapIsALoop(of, Collections.nCopies(count, true));
    for (int only = 0; count > 1 && only < count; only++) {
      int index = only;
      requireVmapIsALoop(of, IntStream.range(0, count).mapToObj(i -> i == index).toList());
    }
  }
}
