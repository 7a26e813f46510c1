package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Reduce;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.Reductions;
import dev.espalier.backend.cpu.run.Sequence;
import dev.espalier.backend.cpu.run.Step;
import java.util.ArrayList;
import java.util.List;

/** A reduction, one step for each run of neighbouring axes, the innermost first. */
final class ReduceSteps {
  private ReduceSteps() {}

  static Step reduce(Reduce op, Node node, StepFactory.Site site) {
    Shape shape = StepFactory.type(node, 0).shape();
    ArrayKind kind = ArrayKind.of(StepFactory.type(node, 0).dtype());
    List<Reductions.Extents> runs = runs(op, shape);
    List<Step> steps = new ArrayList<>();
    int from = site.slot(node.operands().getFirst());
    for (int i = 0; i < runs.size(); i++) {
      Reductions.Extents run = runs.get(i);
      int results = run.outer() * run.inner();
      int to = i == runs.size() - 1 ? StepFactory.to(node, site) : site.workspace(kind, results);
      int partial =
          Reductions.ReduceStep.needsBlocks(kind, run)
              ? site.workspace(ArrayKind.DOUBLES, Reductions.ReduceStep.blocks(kind, run.length()))
              : -1;
      steps.add(new Reductions.ReduceStep(op.kind(), kind, run, from, to, partial));
      from = to;
    }
    return steps.size() == 1 ? steps.getFirst() : new Sequence(steps);
  }

  private static List<Reductions.Extents> runs(Reduce op, Shape shape) {
    List<Reductions.Extents> runs = new ArrayList<>();
    int inner = 1;
    int axis = shape.rank() - 1;
    while (axis >= 0) {
      if (!op.axes().contains(axis)) {
        inner *= shape.extent(axis--);
        continue;
      }
      int length = 1;
      while (axis >= 0 && (op.axes().contains(axis) || shape.extent(axis) == 1)) {
        length *= shape.extent(axis--);
      }
      runs.add(new Reductions.Extents(shape.slice(0, axis + 1).size(), length, inner));
    }
    if (runs.isEmpty()) {
      runs.add(new Reductions.Extents(shape.size(), 1, 1));
    }
    return runs;
  }
}
