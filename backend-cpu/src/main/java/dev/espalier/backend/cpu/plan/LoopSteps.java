package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.Value;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.run.ArrayKind;
import dev.espalier.backend.cpu.run.Loops;
import dev.espalier.backend.cpu.run.Step;
import java.util.ArrayList;
import java.util.List;

/** The steps of loops and branches. */
final class LoopSteps {
  private LoopSteps() {}

  static Step scan(Scan op, Node node, StepFactory.Site site) {
    StepFactory.Child body = site.child(op.body());
    int before = op.constants() + op.carries();
    List<Value> operands = node.operands();
    return new Loops.ScanStep(
        body.program(),
        body.index(),
        op.length(),
        op.reverse(),
        StepFactory.slots(operands.subList(0, op.constants()), site),
        carries(
            operands.subList(op.constants(), before),
            node.results().subList(0, op.carries()),
            site),
        sliced(operands.subList(before, operands.size()), site),
        sliced(node.results().subList(op.carries(), node.results().size()), site));
  }

  static Step whileLoop(While op, Node node, StepFactory.Site site) {
    StepFactory.Child condition = site.child(op.condition());
    StepFactory.Child body = site.child(op.body());
    List<Value> operands = node.operands();
    return new Loops.WhileStep(
        condition.program(),
        condition.index(),
        body.program(),
        body.index(),
        StepFactory.slots(operands.subList(0, op.constants()), site),
        carries(operands.subList(op.constants(), operands.size()), node.results(), site),
        site.workspace(ArrayKind.BYTES, 1));
  }

  static Step cond(Cond op, Node node, StepFactory.Site site) {
    StepFactory.Child whenTrue = site.child(op.whenTrue());
    StepFactory.Child whenFalse = site.child(op.whenFalse());
    return new Loops.CondStep(
        site.slot(node.operands().getFirst()),
        whenTrue.program(),
        whenTrue.index(),
        whenFalse.program(),
        whenFalse.index(),
        StepFactory.slots(node.operands().subList(1, node.operands().size()), site),
        StepFactory.slots(node.results(), site));
  }

  private static List<Loops.Carry> carries(
      List<Value> first, List<Value> results, StepFactory.Site site) {
    List<Loops.Carry> carries = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      int size = first.get(i).type().shape().size();
      int spare = site.workspace(ArrayKind.of(first.get(i).type().dtype()), size);
      carries.add(new Loops.Carry(site.slot(first.get(i)), site.slot(results.get(i)), spare, size));
    }
    return carries;
  }

  private static List<Loops.Sliced> sliced(List<Value> values, StepFactory.Site site) {
    List<Loops.Sliced> sliced = new ArrayList<>();
    for (Value value : values) {
      Shape shape = value.type().shape();
      sliced.add(new Loops.Sliced(site.slot(value), shape.slice(1, shape.rank()).size()));
    }
    return sliced;
  }
}
