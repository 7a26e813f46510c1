package dev.espalier.engine.reference;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Iota;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.RandomBits;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.Value;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The reference interpreter: the meaning of the intermediate representation, written to be read.
 * Every backend is compared with it.
 *
 * <p>Floating-point operations are computed in double, sums included, and rounded once to the type
 * of the result; integers wrap.
 */
public final class Reference {
  private Reference() {}

  /**
   * The values of a graph's outputs.
   *
   * @param graph a verified graph
   * @param inputs a value for each input, of its type
   * @throws EspalierException TYPE_MISMATCH where the inputs are not of the graph's types
   */
  public static List<NdArray> run(Graph graph, List<NdArray> inputs) {
    List<TensorType> types = inputs.stream().map(NdArray::type).toList();
    if (!types.equals(graph.inputTypes())) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "graph " + graph.name() + " takes " + graph.inputTypes(),
          types.toString(),
          "pass values of these types");
    }
    // Values are numbered in the order in which they come to be.
    List<NdArray> values = new ArrayList<>(inputs);
    for (Node node : graph.nodes()) {
      values.addAll(evaluate(node.op(), select(values, node.operands())));
    }
    return select(values, graph.outputs());
  }

  /**
   * The values of a graph's outputs with every F32, BF16 and F16 replaced by F64: inputs and
   * constants are converted, conversions between floats keep the value, outputs are F64. The oracle
   * for backends that compute in a narrower type.
   *
   * @param graph a verified graph
   * @param inputs a value for each input, of its type or already F64
   * @throws EspalierException BAD_ATTRIBUTE where the graph reads the bits of a replaced type
   */
  public static List<NdArray> runInF64(Graph graph, List<NdArray> inputs) {
    return run(Promotion.promote(graph), inputs.stream().map(Promotion::promote).toList());
  }

  private static List<NdArray> select(List<NdArray> values, List<Value> chosen) {
    return chosen.stream().map(value -> values.get(value.id())).toList();
  }

  /**
   * The results of one operation.
   *
   * @throws EspalierException TYPE_MISMATCH or BAD_ATTRIBUTE where the operands do not fit
   */
  public static List<NdArray> evaluate(Op op, List<NdArray> in) {
    List<TensorType> types = op.infer(in.stream().map(NdArray::type).toList());
    return switch (op) {
      case Unary unary -> List.of(ElementwiseReference.unary(unary.kind(), in.get(0)));
      case Binary binary ->
          List.of(ElementwiseReference.binary(binary.kind(), in.get(0), in.get(1)));
      case Compare compare ->
          List.of(ElementwiseReference.compare(compare.kind(), in.get(0), in.get(1)));
      case Polygamma polygamma ->
          List.of(ElementwiseReference.polygamma(polygamma.order(), in.get(0)));
      case Select _ -> List.of(ElementwiseReference.select(in.get(0), in.get(1), in.get(2)));
      case Convert convert -> List.of(ConversionReference.convert(convert.to(), in.get(0)));
      case Bitcast bitcast -> List.of(ConversionReference.bitcast(bitcast.to(), in.get(0)));
      case Constant constant -> List.of(constant.value());
      case Iota iota -> List.of(MovementReference.iota(iota));
      case RandomBits _ ->
          List.of(ElementwiseReference.randomBits(types.getFirst(), in.get(0), in.get(1)));
      case Broadcast broadcast -> List.of(MovementReference.broadcast(broadcast, in.get(0)));
      case Reshape reshape -> List.of(in.get(0).reshape(reshape.shape().extents()));
      case Transpose transpose ->
          List.of(MovementReference.transpose(transpose, types.getFirst().shape(), in.get(0)));
      case Reverse reverse -> List.of(MovementReference.reverse(reverse, in.get(0)));
      case Slice slice ->
          List.of(MovementReference.slice(slice, types.getFirst().shape(), in.get(0)));
      case Pad pad ->
          List.of(MovementReference.pad(pad, types.getFirst().shape(), in.get(0), in.get(1)));
      case Concat concat ->
          List.of(MovementReference.concat(concat.axis(), types.getFirst().shape(), in));
      case DynamicSlice slice -> List.of(MovementReference.dynamicSlice(slice.sizes(), in));
      case DynamicUpdateSlice _ -> List.of(MovementReference.dynamicUpdateSlice(in));
      case Gather gather ->
          List.of(IndexingReference.gather(gather, types.getFirst().shape(), in.get(0), in.get(1)));
      case ScatterAdd scatter ->
          List.of(IndexingReference.scatterAdd(scatter, in.get(0), in.get(1), in.get(2)));
      case Reduce reduce -> List.of(ReductionReference.reduce(reduce, types.getFirst(), in.get(0)));
      case Cumulative cumulative -> List.of(ReductionReference.cumulative(cumulative, in.get(0)));
      case ArgMax argMax ->
          List.of(IndexingReference.argMax(argMax.axis(), types.getFirst(), in.get(0)));
      case Sort sort -> IndexingReference.sort(sort, in);
      case TopK topK -> IndexingReference.topK(topK.k(), types, in.get(0));
      case Dot dot -> List.of(LinearAlgebraReference.dot(dot, types.getFirst(), in));
      case Convolution convolution ->
          List.of(ConvolutionReference.convolution(convolution, types.getFirst(), in));
      case TriangularSolve solve ->
          List.of(LinearAlgebraReference.triangularSolve(solve, in.get(0), in.get(1)));
      case Cholesky _ -> List.of(FactorizationReference.cholesky(in.get(0)));
      case Eigh _ -> FactorizationReference.eigh(types, in.get(0));
      case Qr _ -> FactorizationReference.qr(types, in.get(0));
      case Svd _ -> FactorizationReference.svd(types, in.get(0));
      case Scan scan -> ControlReference.scan(scan, types, in);
      case While loop -> ControlReference.whileLoop(loop, in);
      case Cond cond -> ControlReference.cond(cond, in);
      case Composite composite -> run(composite.body(), in);
    };
  }
}
