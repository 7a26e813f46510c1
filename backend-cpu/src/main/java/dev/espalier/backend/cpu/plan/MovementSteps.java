package dev.espalier.backend.cpu.plan;

import dev.espalier.api.ir.Concat;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Pad;
import dev.espalier.api.ir.Reverse;
import dev.espalier.api.ir.Slice;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.Shape;
import dev.espalier.backend.cpu.kernel.CopyPlan;
import dev.espalier.backend.cpu.run.Movement;
import dev.espalier.backend.cpu.run.Step;
import java.util.ArrayList;
import java.util.List;

/** Movements as copies between strided parts of arrays. */
final class MovementSteps {
  private MovementSteps() {}

  static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A copy of all elements. */
  static Movement.Copy all(Value from, Value to, StepFactory.Site site) {
    int[] strides = from.type().shape().strides();
    CopyPlan plan = CopyPlan.of(from.type().shape().extents(), strides, strides);
    return new Movement.Copy(plan, site.slot(from), 0, site.slot(to), 0);
  }

  static Step identity(Node node, StepFactory.Site site) {
    Movement.Copy copy = all(node.operands().getFirst(), node.result(), site);
    return new Movement.Copies(text(node, site), List.of(copy));
  }

  static Step transpose(Transpose op, Node node, StepFactory.Site site) {
    int[] strides = source(node).strides();
    int[] read = op.permutation().stream().mapToInt(axis -> strides[axis]).toArray();
    return gathered(node, site, read, 0);
  }

  static Step slice(Slice op, Node node, StepFactory.Site site) {
    int[] strides = source(node).strides();
    int[] read = strides.clone();
    int offset = 0;
    for (int axis = 0; axis < strides.length; axis++) {
      read[axis] *= op.strides().get(axis);
      offset += op.starts().get(axis) * strides[axis];
    }
    return gathered(node, site, read, offset);
  }

  static Step reverse(Reverse op, Node node, StepFactory.Site site) {
    Shape shape = source(node);
    int[] read = shape.strides();
    int offset = 0;
    for (int axis : op.axes()) {
      offset += Math.max(0, shape.extent(axis) - 1) * read[axis];
      read[axis] = -read[axis];
    }
    return gathered(node, site, read, offset);
  }

  /** The result, row-major, from an operand read by strides. */
  private static Step gathered(Node node, StepFactory.Site site, int[] read, int offset) {
    Shape shape = node.result().type().shape();
    CopyPlan plan = CopyPlan.of(shape.extents(), read, shape.strides());
    Movement.Copy copy =
        new Movement.Copy(
            plan, site.slot(node.operands().getFirst()), offset, StepFactory.to(node, site), 0);
    return new Movement.Copies(text(node, site), List.of(copy));
  }

  static Step concat(Concat op, Node node, StepFactory.Site site) {
    Shape shape = node.result().type().shape();
    List<Movement.Copy> copies = new ArrayList<>();
    int at = 0;
    for (Value operand : node.operands()) {
      Shape part = operand.type().shape();
      CopyPlan plan = CopyPlan.of(part.extents(), part.strides(), shape.strides());
      int offset = at * shape.strides()[op.axis()];
      copies.add(
          new Movement.Copy(plan, site.slot(operand), 0, StepFactory.to(node, site), offset));
      at += part.extent(op.axis());
    }
    return new Movement.Copies(text(node, site), copies);
  }

  static Step pad(Pad op, Node node, StepFactory.Site site) {
    Shape from = source(node);
    int[] strides = node.result().type().shape().strides();
    int[] write = strides.clone();
    int offset = 0;
    for (int axis = 0; axis < write.length; axis++) {
      write[axis] *= op.interior().get(axis) + 1;
      offset += op.low().get(axis) * strides[axis];
    }
    Movement.Copy copy =
        new Movement.Copy(
            CopyPlan.of(from.extents(), from.strides(), write),
            site.slot(node.operands().getFirst()),
            0,
            StepFactory.to(node, site),
            offset);
    return new Movement.Padded(
        text(node, site),
        site.slot(node.operands().get(1)),
        node.result().type().shape().size(),
        copy);
  }

  static Step dynamicSlice(Node node, StepFactory.Site site) {
    Shape whole = source(node);
    Shape part = node.result().type().shape();
    CopyPlan plan = CopyPlan.of(part.extents(), whole.strides(), part.strides());
    Movement.Copy copy =
        new Movement.Copy(
            plan, site.slot(node.operands().getFirst()), 0, StepFactory.to(node, site), 0);
    return dynamic(node, site, List.of(), copy, whole, part, 1, false);
  }

  static Step dynamicUpdate(Node node, StepFactory.Site site) {
    Shape whole = source(node);
    Shape part = StepFactory.type(node, 1).shape();
    CopyPlan plan = CopyPlan.of(part.extents(), part.strides(), whole.strides());
    Movement.Copy copy =
        new Movement.Copy(
            plan, site.slot(node.operands().get(1)), 0, StepFactory.to(node, site), 0);
    Movement.Copy all = all(node.operands().getFirst(), node.result(), site);
    return dynamic(node, site, List.of(all), copy, whole, part, 2, true);
  }

  private static Step dynamic(
      Node node,
      StepFactory.Site site,
      List<Movement.Copy> before,
      Movement.Copy copy,
      Shape whole,
      Shape part,
      int firstStart,
      boolean updates) {
    List<Integer> limits = new ArrayList<>();
    List<Integer> strides = new ArrayList<>();
    for (int axis = 0; axis < whole.rank(); axis++) {
      limits.add(whole.extent(axis) - part.extent(axis));
      strides.add(whole.strides()[axis]);
    }
    List<Integer> starts =
        StepFactory.slots(node.operands().subList(firstStart, node.operands().size()), site);
    return new Movement.Dynamic(text(node, site), before, copy, starts, limits, strides, updates);
  }

  private static Shape source(Node node) {
    return node.operands().getFirst().type().shape();
  }

  private static String text(Node node, StepFactory.Site site) {
    return node.op().name()
        + " "
        + node.op().attributes()
        + " "
        + StepFactory.slots(node.operands(), site)
        + " -> "
        + node.result()
        + "@"
        + StepFactory.to(node, site);
  }
}
