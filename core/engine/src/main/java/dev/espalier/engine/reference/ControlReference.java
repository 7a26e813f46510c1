package dev.espalier.engine.reference;

import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Loops and branches. */
final class ControlReference {
  private ControlReference() {}

  /** Operands constants, carries, xs. */
  static List<NdArray> scan(Scan op, List<TensorType> types, List<NdArray> in) {
    List<NdArray> constants = in.subList(0, op.constants());
    List<NdArray> carries = in.subList(op.constants(), op.constants() + op.carries());
    List<NdArray> xs = in.subList(op.constants() + op.carries(), in.size());
    List<TensorType> yTypes = types.subList(op.carries(), types.size());
    List<Object> ys = yTypes.stream().map(NdArray::allocate).toList();
    for (int i = 0; i < op.length(); i++) {
      int row = op.reverse() ? op.length() - 1 - i : i;
      List<NdArray> arguments = new ArrayList<>(constants);
      arguments.addAll(carries);
      xs.forEach(x -> arguments.add(Elements.row(x, row)));
      List<NdArray> results = Reference.run(op.body(), arguments);
      carries = results.subList(0, op.carries());
      for (int y = 0; y < ys.size(); y++) {
        NdArray value = results.get(op.carries() + y);
        int size = value.type().shape().size();
        for (int e = 0; e < size; e++) {
          Elements.copy(value.storage(), e, ys.get(y), row * size + e);
        }
      }
    }
    List<NdArray> results = new ArrayList<>(carries);
    for (int y = 0; y < ys.size(); y++) {
      results.add(NdArray.wrap(yTypes.get(y), ys.get(y)));
    }
    return results;
  }

  /** Operands constants, carries. */
  static List<NdArray> whileLoop(While op, List<NdArray> in) {
    List<NdArray> constants = in.subList(0, op.constants());
    List<NdArray> state = in;
    while (Reference.run(op.condition(), state).getFirst().getLong(0) != 0) {
      List<NdArray> next = new ArrayList<>(constants);
      next.addAll(Reference.run(op.body(), state));
      state = next;
    }
    return List.copyOf(state.subList(op.constants(), state.size()));
  }

  /** Operands predicate, arguments. */
  static List<NdArray> cond(Cond op, List<NdArray> in) {
    boolean holds = in.getFirst().getLong(0) != 0;
    return Reference.run(holds ? op.whenTrue() : op.whenFalse(), in.subList(1, in.size()));
  }
}
