package dev.espalier.api.ir;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A function while it is being recorded. Traces nest: those that are open together share one stack,
 * and an operation is recorded in the innermost of the traces that its operands belong to. Operands
 * from further out become inputs (captures) of the inner one.
 */
final class Trace {
  private final List<Trace> open;
  private final int level;
  private final String name;
  private final boolean branch;
  private final List<Recorded> inputs = new ArrayList<>();
  private final Map<Recorded, Recorded> captures = new LinkedHashMap<>();
  private final List<RecordedNode> nodes = new ArrayList<>();

  private Trace(String name, List<Trace> open, boolean branch) {
    this.name = name;
    this.branch = branch;
    this.open = open;
    this.level = open.size();
    open.add(this);
  }

  /** A tensor of a trace; identity is what tells two apart. */
  private static final class Recorded implements Tensor {
    private final Trace trace;
    private final TensorType type;

    Recorded(Trace trace, TensorType type) {
      this.trace = trace;
      this.type = type;
    }

    @Override
    public TensorType type() {
      return type;
    }

    @Override
    public List<Tensor> apply(Op op, List<Tensor> operands) {
      return trace.innermost(op, operands).record(op, operands);
    }

    @Override
    public Closure close(
        String name, List<TensorType> inputs, Function<List<Tensor>, List<Tensor>> body) {
      trace.requireOpen(name);
      return new Trace(name, trace.open, false).run(inputs, body);
    }

    @Override
    public String toString() {
      return type + " in " + trace.name;
    }
  }

  private record RecordedNode(Op op, List<Recorded> operands, List<Recorded> results) {}

  static Graph root(
      String name, List<TensorType> inputs, Function<List<Tensor>, List<Tensor>> body) {
    if (inputs.isEmpty()) {
      throw new EspalierException(
          ErrorCode.BAD_ATTRIBUTE,
          "a traced function has at least one input",
          name + " has none",
          "give it a key or a scalar to hang constants on");
    }
    return new Trace(name, new ArrayList<>(), false).run(inputs, body).graph();
  }

  /** As {@link Tensor#close}, for a function that may not run: everything in it stays in it. */
  static Closure branch(
      Tensor anchor,
      String name,
      List<TensorType> inputs,
      Function<List<Tensor>, List<Tensor>> body) {
    if (!(anchor instanceof Recorded recorded)) {
      return anchor.close(name, inputs, body);
    }
    recorded.trace.requireOpen(name);
    return new Trace(name, recorded.trace.open, true).run(inputs, body);
  }

  private Closure run(List<TensorType> types, Function<List<Tensor>, List<Tensor>> body) {
    List<Tensor> arguments = new ArrayList<>();
    List<Recorded> results;
    try {
      for (TensorType type : types) {
        Recorded input = new Recorded(this, type);
        inputs.add(input);
        arguments.add(input);
      }
      results = lift(name, body.apply(List.copyOf(arguments)));
    } finally {
      while (open.size() > level) {
        open.removeLast();
      }
    }
    return new Closure(build(results), List.copyOf(captures.keySet()));
  }

  private Trace innermost(Op op, List<Tensor> operands) {
    requireOpen(op.name());
    Trace target = this;
    if (!operands.isEmpty()) {
      target = owner(op.name(), operands.getFirst());
      for (Tensor operand : operands) {
        Trace other = owner(op.name(), operand);
        if (other.level > target.level) {
          target = other;
        }
      }
    }
    // What is written in a branch is done only where the branch runs.
    for (Trace inner : open.subList(target.level + 1, open.size())) {
      if (inner.branch) {
        target = inner;
      }
    }
    return target;
  }

  @SuppressWarnings("ReferenceEquality") // Traces are the same only if they are one object.
  private Trace owner(String user, Tensor tensor) {
    if (tensor instanceof Recorded recorded && recorded.trace.open == open) {
      recorded.trace.requireOpen(user);
      return recorded.trace;
    }
    throw foreign(user, tensor.toString());
  }

  private void requireOpen(String user) {
    if (open.size() <= level || open.get(level) != this) {
      throw foreign(user, "a tensor of " + name + ", whose trace has ended");
    }
  }

  private static EspalierException foreign(String user, String found) {
    return new EspalierException(
        ErrorCode.FOREIGN_TENSOR,
        user + " takes tensors of the trace it runs in",
        found,
        "pass the tensor as an argument or return it as a result; do not keep it in a field");
  }

  private List<Tensor> record(Op op, List<Tensor> operands) {
    List<Recorded> lifted = lift(op.name(), operands);
    List<Recorded> results = new ArrayList<>();
    for (TensorType type : op.infer(operands.stream().map(Tensor::type).toList())) {
      results.add(new Recorded(this, type));
    }
    nodes.add(new RecordedNode(op, lifted, results));
    return List.copyOf(results);
  }

  private List<Recorded> lift(String user, List<Tensor> tensors) {
    List<Recorded> lifted = new ArrayList<>();
    for (Tensor tensor : tensors) {
      Trace owner = owner(user, tensor);
      Recorded recorded = (Recorded) tensor;
      if (owner == this) {
        lifted.add(recorded);
      } else if (owner.level < level) {
        lifted.add(captures.computeIfAbsent(recorded, outer -> new Recorded(this, outer.type)));
      } else {
        throw foreign(user, recorded.toString());
      }
    }
    return lifted;
  }

  private Graph build(List<Recorded> results) {
    Map<Recorded, Value> values = new HashMap<>();
    List<Value> graphInputs = new ArrayList<>();
    for (Recorded input : inputs) {
      graphInputs.add(number(values, input));
    }
    for (Recorded capture : captures.values()) {
      graphInputs.add(number(values, capture));
    }
    List<Node> graphNodes = new ArrayList<>();
    for (RecordedNode node : nodes) {
      List<Value> operands = node.operands().stream().map(values::get).toList();
      graphNodes.add(
          new Node(
              node.op(), operands, node.results().stream().map(r -> number(values, r)).toList()));
    }
    return new Graph(name, graphInputs, graphNodes, results.stream().map(values::get).toList());
  }

  private static Value number(Map<Recorded, Value> values, Recorded recorded) {
    Value value = new Value(values.size(), recorded.type);
    values.put(recorded, value);
    return value;
  }
}
