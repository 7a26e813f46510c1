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
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** The same graph with every floating-point type replaced by F64. */
final class Promotion {
  private Promotion() {}

  static Graph promote(Graph graph) {
    return new Graph(
        graph.name(),
        promote(graph.inputs()),
        graph.nodes().stream().map(Promotion::promote).toList(),
        promote(graph.outputs()));
  }

  static NdArray promote(NdArray value) {
    return value.convert(promote(value.type().dtype()));
  }

  private static DType promote(DType dtype) {
    return dtype.isFloat() ? DType.F64 : dtype;
  }

  private static TensorType promote(TensorType type) {
    return type.withDType(promote(type.dtype()));
  }

  private static List<Value> promote(List<Value> values) {
    return values.stream().map(v -> new Value(v.id(), promote(v.type()))).toList();
  }

  private static Node promote(Node node) {
    if (node.op() instanceof Bitcast bitcast) {
      DType from = node.operands().getFirst().type().dtype();
      boolean keepsBits = promote(from) == from && promote(bitcast.to()) == bitcast.to();
      if (!keepsBits) {
        throw new EspalierException(
            ErrorCode.BAD_ATTRIBUTE,
            "a graph that is run in f64 does not read or make the bits of narrower floats",
            "bitcast from " + from.text() + " to " + bitcast.to().text(),
            "run the graph in its own types");
      }
    }
    return new Node(promote(node.op()), promote(node.operands()), promote(node.results()));
  }

  private static Op promote(Op op) {
    return switch (op) {
      case Constant constant -> new Constant(promote(constant.value()));
      case Iota iota -> new Iota(promote(iota.type()), iota.axis());
      case Convert convert -> new Convert(promote(convert.to()));
      case Scan scan ->
          new Scan(
              promote(scan.body()),
              scan.length(),
              scan.reverse(),
              scan.constants(),
              scan.carries());
      case While loop ->
          new While(promote(loop.condition()), promote(loop.body()), loop.constants());
      case Cond cond -> new Cond(promote(cond.whenTrue()), promote(cond.whenFalse()));
      case Composite composite ->
          new Composite(composite.name(), promote(composite.body()), promote(composite.rule()));
      case ArgMax _,
          Binary _,
          Bitcast _,
          Broadcast _,
          Cholesky _,
          Compare _,
          Concat _,
          Convolution _,
          Cumulative _,
          Dot _,
          DynamicSlice _,
          DynamicUpdateSlice _,
          Eigh _,
          Gather _,
          Pad _,
          Polygamma _,
          Qr _,
          RandomBits _,
          Reduce _,
          Reshape _,
          Reverse _,
          ScatterAdd _,
          Select _,
          Slice _,
          Sort _,
          Svd _,
          TopK _,
          Transpose _,
          TriangularSolve _,
          Unary _ ->
          op;
    };
  }

  private static Composite.DerivativeRule promote(Composite.DerivativeRule rule) {
    return switch (rule) {
      case Composite.OfBody body -> body;
      case Composite.Jvp jvp -> new Composite.Jvp(promote(jvp.graph()));
      case Composite.Vjp vjp -> new Composite.Vjp(promote(vjp.graph()));
      case Composite.VjpOnDemand vjp -> vjp;
      case Composite.VjpOfBody vjp -> new Composite.VjpOfBody(promote(vjp.graph()));
    };
  }
}
