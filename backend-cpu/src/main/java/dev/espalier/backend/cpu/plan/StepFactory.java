package dev.espalier.backend.cpu.plan;

import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.api.ir.ArgMax;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Cholesky;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Cumulative;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.DynamicSlice;
import dev.espalier.api.ir.DynamicUpdateSlice;
import dev.espalier.api.ir.Eigh;
import dev.espalier.api.ir.Gather;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Qr;
import dev.espalier.api.ir.RandomBits;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.ScatterAdd;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Sort;
import dev.espalier.api.ir.Svd;
import dev.espalier.api.ir.TopK;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.TriangularSolve;
import dev.espalier.api.ir.Value;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.DotStep;
import dev.espalier.backend.cpu.run.Indexing;
import dev.espalier.backend.cpu.run.MatrixStep;
import dev.espalier.backend.cpu.run.Program;
import dev.espalier.backend.cpu.run.RandomBitsStep;
import dev.espalier.backend.cpu.run.Reductions;
import dev.espalier.backend.cpu.run.Step;
import java.util.List;
import java.util.Optional;

/** The step of a node that is no loop over elements. */
final class StepFactory {
  private StepFactory() {}

  /** Where a step's values are; what it asks for lives as long as the step runs. */
  interface Site extends DotStep.Workspaces {
    /** The slot of an operand or result. */
    int slot(Value value);

    /** Where the operands of a convolution stand. */
    List<View> operands(Convolution op, Node node);

    /** Where the result of a convolution is to stand, [batch, groups, out, ...]. */
    View written(Node convolution);

    /** What multiplies matrices of floats, if the backend's own kernels do not. */
    Optional<MatrixProducts> products();

    /** What a product reads. */
    List<ProductOperand> operands(Node product);

    /** Where a value's elements stand, whose base is in memory. */
    View view(Value value);

    /** A slot for the step alone. */
    @Override
    int workspace(ArrayKind kind, int length);

    /** A graph inside, compiled. */
    Child child(Graph graph);
  }

  /**
   * A graph inside.
   *
   * @param program the compiled graph
   * @param index which of the children
   */
  record Child(Program program, int index) {}

  static Step build(Node node, Site site) {
    return switch (node.op()) {
      case Transpose op -> MovementSteps.transpose(op, node, site);
      case Slice op -> MovementSteps.slice(op, node, site);
      case Reverse op -> MovementSteps.reverse(op, node, site);
      case Bitcast _ -> MovementSteps.identity(node, site);
      case Concat op -> MovementSteps.concat(op, node, site);
      case Pad op -> MovementSteps.pad(op, node, site);
      case DynamicSlice _ -> MovementSteps.dynamicSlice(node, site);
      case DynamicUpdateSlice _ -> MovementSteps.dynamicUpdate(node, site);
      case Dot op -> DotSteps.dot(op, node, site, Optional.empty());
      case Reduce op -> ReduceSteps.reduce(op, node, site);
      case ArgMax op ->
          new Reductions.ArgMaxStep(
              around(type(node, 0).shape(), op.axis()),
              site.slot(operand(node, 0)),
              to(node, site));
      case Cumulative op ->
          new Reductions.CumulativeStep(
              op.kind(),
              op.reverse(),
              around(type(node, 0).shape(), op.axis()),
              site.slot(operand(node, 0)),
              to(node, site));
      case Gather op -> gather(op, node, site);
      case ScatterAdd op -> scatterAdd(op, node, site);
      case Sort op -> sort(op, node, site);
      case TopK op -> topK(op, node, site);
      case RandomBits op ->
          new RandomBitsStep(
              type(node, 0).shape().size(),
              op.shape().size(),
              site.slot(operand(node, 0)),
              site.slot(operand(node, 1)),
              to(node, site));
      case Convolution op -> ConvolutionSteps.convolution(op, node, site, Optional.empty());
      case Cholesky _ -> matrix(new MatrixStep.CholeskyFactor(), node, site);
      case Eigh _ -> matrix(new MatrixStep.Eigen(), node, site);
      case Qr _ -> matrix(new MatrixStep.QrFactors(), node, site);
      case Svd _ -> matrix(new MatrixStep.SvdFactors(), node, site);
      case TriangularSolve(boolean lower, boolean transpose, boolean unit) ->
          matrix(new MatrixStep.Triangular(lower, transpose, unit), node, site);
      case Composite op -> AttentionSteps.build(op, node, site);
      case Scan op -> LoopSteps.scan(op, node, site);
      case While op -> LoopSteps.whileLoop(op, node, site);
      case Cond op -> LoopSteps.cond(op, node, site);
      default -> throw new AssertionError("no step for " + node.op().name());
    };
  }

  static Value operand(Node node, int index) {
    return node.operands().get(index);
  }

  static TensorType type(Node node, int index) {
    return node.operands().get(index).type();
  }

  static int to(Node node, Site site) {
    return site.slot(node.result());
  }

  static List<Integer> slots(List<Value> values, Site site) {
    return values.stream().map(site::slot).toList();
  }

  /** The axes before, at and after one. */
  static Reductions.Extents around(Shape shape, int axis) {
    return new Reductions.Extents(
        shape.slice(0, axis).size(),
        shape.extent(axis),
        shape.slice(axis + 1, shape.rank()).size());
  }

  private static Indexing.Layout layout(Node node, int axis, int batch) {
    Shape x = type(node, 0).shape();
    Shape indices = type(node, 1).shape();
    return new Indexing.Layout(
        x.slice(0, batch).size(),
        x.slice(batch, axis).size(),
        x.extent(axis),
        indices.slice(batch, indices.rank()).size(),
        x.slice(axis + 1, x.rank()).size());
  }

  /** The only element of what an index outside gives. */
  static Object invalid(DType dtype) {
    return NdArray.scalar(dtype, dtype.isFloat() ? Double.NaN : 0).storage();
  }

  private static Step gather(Gather op, Node node, Site site) {
    return new Indexing.GatherStep(
        layout(node, op.axis(), op.batch()),
        invalid(type(node, 0).dtype()),
        site.slot(operand(node, 0)),
        site.slot(operand(node, 1)),
        to(node, site));
  }

  private static Step scatterAdd(ScatterAdd op, Node node, Site site) {
    return new Indexing.ScatterAddStep(
        layout(node, op.axis(), op.batch()),
        MovementSteps.all(operand(node, 0), node.result(), site),
        site.slot(operand(node, 1)),
        site.slot(operand(node, 2)),
        to(node, site));
  }

  private static Step sort(Sort op, Node node, Site site) {
    return new Indexing.SortStep(
        around(type(node, 0).shape(), op.axis()),
        op.descending(),
        site.workspace(ArrayKind.INTS, type(node, 0).shape().size()),
        slots(node.operands(), site),
        slots(node.results(), site));
  }

  private static Step topK(TopK op, Node node, Site site) {
    Shape shape = type(node, 0).shape();
    return new Indexing.TopKStep(
        around(shape, shape.rank() - 1),
        op.k(),
        site.workspace(ArrayKind.INTS, shape.size()),
        site.slot(operand(node, 0)),
        site.slot(node.results().get(0)),
        site.slot(node.results().get(1)));
  }

  private static Step matrix(MatrixStep.Kind kind, Node node, Site site) {
    Shape shape = node.operands().getLast().type().shape();
    return new MatrixStep(
        kind,
        shape.slice(0, shape.rank() - 2).size(),
        shape.extent(-2),
        shape.extent(-1),
        slots(node.operands(), site),
        slots(node.results(), site));
  }
}
