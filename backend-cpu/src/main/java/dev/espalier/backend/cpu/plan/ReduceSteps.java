package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.run.Reductions;
import dev.espalier.backend.cpu.run.Step;

/** A reduction that is a step of its own. */
final class ReduceSteps {
  private ReduceSteps() {}

  static Step reduce(Reduce op, Node node, StepFactory.Site site) {
    return new Reductions.ReduceStep(
        op.kind(),
        extents(op, StepFactory.type(node, 0).shape()),
        site.slot(node.operands().getFirst()),
        StepFactory.to(node, site));
  }

  /** The extents before, along and after the axes, which {@link Lowering} made neighbours. */
  static Reductions.Extents extents(Reduce op, Shape shape) {
    if (op.axes().isEmpty()) {
      return new Reductions.Extents(shape.size(), 1, 1);
    }
    int first = op.axes().stream().mapToInt(axis -> axis).min().getAsInt();
    int last = op.axes().stream().mapToInt(axis -> axis).max().getAsInt();
    return new Reductions.Extents(
        shape.slice(0, first).size(),
        shape.slice(first, last + 1).size(),
        shape.slice(last + 1, shape.rank()).size());
  }
}
