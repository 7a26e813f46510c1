package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Convolution;
import dev.espalier.api.ir.Node;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.kernel.ConvolutionLayout;
import dev.espalier.backend.cpu.kernel.ConvolutionPlan;
import dev.espalier.backend.cpu.kernel.ConvolutionShape;
import dev.espalier.backend.cpu.kernel.DoubleConvolution;
import dev.espalier.backend.cpu.kernel.FloatConvolution;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.Chain;
import dev.espalier.backend.cpu.run.ConvolutionStep;
import dev.espalier.backend.cpu.run.Step;
import java.util.List;
import java.util.Optional;

/** The step of a convolution. */
final class ConvolutionSteps {
  private ConvolutionSteps() {}

  /**
   * The step of a convolution.
   *
   * @param chain what is done with its images, for {@link ConvolutionPlan#byImages}
   */
  static Step convolution(Convolution op, Node node, StepFactory.Site site, Optional<Chain> chain) {
    List<View> operands = site.operands(op, node);
    View input = operands.get(0);
    View weight = operands.get(1);
    ConvolutionPlan plan =
        plan(op, node, operands, site.written(node), site.operands(node).getFirst().rounded());
    int from = site.slot(input.source());
    int weights = site.slot(weight.source());
    int to = StepFactory.to(node, site);
    if (ArrayKind.of(StepFactory.type(node, 0).dtype()) == ArrayKind.FLOATS) {
      FloatConvolution convolution = new FloatConvolution(plan);
      int packed = site.workspace(ArrayKind.FLOATS, convolution.packedLength());
      int sums = site.workspace(ArrayKind.FLOATS, convolution.sumsLength());
      return new ConvolutionStep.Floats(
          plan,
          convolution,
          new ConvolutionStep.Slots(from, weights, packed, sums, to, site.kept()),
          chain);
    }
    DoubleConvolution convolution = new DoubleConvolution(plan);
    int packed = site.workspace(ArrayKind.DOUBLES, convolution.packedLength());
    int sums = site.workspace(ArrayKind.DOUBLES, convolution.sumsLength());
    return new ConvolutionStep.Doubles(
        plan,
        convolution,
        new ConvolutionStep.Slots(from, weights, packed, sums, to, site.kept()),
        chain);
  }

  /** How a convolution is computed. */
  static ConvolutionPlan plan(Convolution op, Node node, Values values) {
    return plan(
        op,
        node,
        View.operands(op, node, values),
        values.written(node),
        ProductOperand.of(node, values).getFirst().rounded());
  }

  private static ConvolutionPlan plan(
      Convolution op, Node node, List<View> operands, View written, boolean rounded) {
    Shape x = StepFactory.type(node, 0).shape();
    Shape kernel = StepFactory.type(node, 1).shape();
    ConvolutionShape shape =
        new ConvolutionShape(
            x.extent(0),
            x.extent(1),
            kernel.extent(0),
            op.groups(),
            x.slice(2, x.rank()).extents(),
            kernel.slice(2, kernel.rank()).extents(),
            MovementSteps.ints(op.strides()),
            MovementSteps.ints(op.padLow()),
            MovementSteps.ints(op.padHigh()),
            MovementSteps.ints(op.inputDilation()),
            MovementSteps.ints(op.kernelDilation()));
    return new ConvolutionPlan(
        shape,
        layout(operands.get(0), /* group= */ 1, /* outer= */ 0),
        layout(operands.get(1), /* group= */ 0, /* outer= */ 1),
        layout(written, /* group= */ 1, /* outer= */ 0),
        rounded);
  }

  private static ConvolutionLayout layout(View view, int group, int outer) {
    List<Integer> strides = view.strides();
    return new ConvolutionLayout(
        view.offset(),
        strides.get(group),
        strides.get(outer),
        strides.get(2),
        MovementSteps.ints(strides.subList(3, strides.size())));
  }
}
