package dev.espalier.engine;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Bitcast;
import dev.espalier.api.ir.Broadcast;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Cond;
import dev.espalier.api.ir.Constant;
import dev.espalier.api.ir.Convert;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Polygamma;
import dev.espalier.api.ir.Reshape;
import dev.espalier.api.ir.Scan;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Transpose;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.ir.While;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A smaller graph with the same results: equal nodes once, constants computed, nodes without effect
 * and what loops do not read removed, and identities applied that hold bit for bit (so {@code x *
 * 1} is x, and {@code x + 0}, which turns -0 into 0, stays).
 */
public final class Simplify {
  /** Larger constants are left to the backend. */
  private static final int FOLDED_ELEMENTS = 64;

  private record Application(Op op, List<Tensor> operands) {}

  private final Map<Application, List<Tensor>> known = new HashMap<>();
  private final Map<Tensor, Application> definitions = new HashMap<>();
  private final Tensor anchor;

  private Simplify(Tensor anchor) {
    this.anchor = anchor;
  }

  /** The simplified graph, with the same inputs and outputs. */
  public static Graph simplify(Graph graph) {
    if (graph.inputs().isEmpty()) {
      return graph;
    }
    Graph live = DeadCode.remove(graph);
    return DeadCode.remove(
        Graph.trace(
            graph.name(),
            graph.inputTypes(),
            inputs -> new Simplify(inputs.getFirst()).run(live, inputs)));
  }

  private List<Tensor> run(Graph graph, List<Tensor> inputs) {
    Tensor[] values = new Tensor[graph.valueCount()];
    for (int i = 0; i < inputs.size(); i++) {
      values[i] = inputs.get(i);
    }
    for (Node node : graph.nodes()) {
      LoopOperands.Applied applied =
          LoopOperands.read(
              withSimplifiedGraphs(node.op()),
              node.operands().stream().map(v -> values[v.id()]).toList());
      List<Tensor> results = emit(applied.op(), applied.operands());
      for (int i = 0; i < results.size(); i++) {
        values[node.results().get(i).id()] = results.get(i);
      }
    }
    return graph.outputs().stream().map(v -> values[v.id()]).toList();
  }

  private static Op withSimplifiedGraphs(Op op) {
    return switch (op) {
      case Scan(Graph body, int length, boolean reverse, int constants, int carries) ->
          new Scan(simplify(body), length, reverse, constants, carries);
      case While(Graph condition, Graph body, int constants) ->
          new While(simplify(condition), simplify(body), constants);
      case Cond(Graph whenTrue, Graph whenFalse) ->
          new Cond(simplify(whenTrue), simplify(whenFalse));
      case Composite(String name, Graph body, Composite.DerivativeRule rule) ->
          new Composite(name, simplify(body), rule);
      default -> op;
    };
  }

  private List<Tensor> emit(Op op, List<Tensor> operands) {
    Optional<Tensor> simpler = simpler(op, operands);
    if (simpler.isPresent()) {
      return List.of(simpler.get());
    }
    Application application = new Application(op, operands);
    List<Tensor> before = known.get(application);
    if (before != null) {
      return before;
    }
    List<Tensor> results = anchor.apply(op, operands);
    known.put(application, results);
    if (results.size() == 1) {
      definitions.put(results.getFirst(), application);
    }
    return results;
  }

  private Optional<Tensor> simpler(Op op, List<Tensor> operands) {
    return switch (op) {
      case Reshape(Shape shape) -> reshape(shape, operands.getFirst());
      case Transpose(var permutation) -> transpose(permutation, operands.getFirst());
      case Broadcast(Shape shape, var axes) when shape.equals(operands.getFirst().shape()) ->
          Optional.of(operands.getFirst());
      case Broadcast(Shape shape, var axes) -> broadcast(shape, axes, operands.getFirst());
      case Convert(var to) when to == operands.getFirst().dtype() ->
          Optional.of(operands.getFirst());
      case Unary _, Binary _, Compare _, Select _, Convert _, Polygamma _, Bitcast _ ->
          elementwise(op, operands);
      default -> Optional.empty();
    };
  }

  private Optional<Tensor> reshape(Shape shape, Tensor x) {
    if (shape.equals(x.shape())) {
      return Optional.of(x);
    }
    Application inner = definitions.get(x);
    return inner != null && inner.op() instanceof Reshape
        ? Optional.of(emit(new Reshape(shape), inner.operands()).getFirst())
        : Optional.empty();
  }

  private Optional<Tensor> transpose(List<Integer> permutation, Tensor x) {
    boolean identity = true;
    for (int i = 0; i < permutation.size(); i++) {
      identity &= permutation.get(i) == i;
    }
    if (identity) {
      return Optional.of(x);
    }
    Application inner = definitions.get(x);
    if (inner != null && inner.op() instanceof Transpose(var first)) {
      List<Integer> both = permutation.stream().map(first::get).toList();
      return Optional.of(emit(new Transpose(both), inner.operands()).getFirst());
    }
    return Optional.empty();
  }

  private Optional<Tensor> broadcast(Shape shape, List<Integer> axes, Tensor x) {
    Application inner = definitions.get(x);
    if (inner != null && inner.op() instanceof Broadcast(Shape _, var first)) {
      List<Integer> both = first.stream().map(axes::get).toList();
      return Optional.of(emit(new Broadcast(shape, both), inner.operands()).getFirst());
    }
    return Optional.empty();
  }

  private Optional<Tensor> elementwise(Op op, List<Tensor> operands) {
    Optional<Tensor> identity = identity(op, operands);
    if (identity.isPresent()) {
      return identity;
    }
    List<NdArray> constants = constants(operands);
    if (constants.size() == operands.size()) {
      return Optional.of(
          emit(new Constant(Reference.evaluate(op, constants).getFirst()), List.of()).getFirst());
    }
    // What is the same everywhere is computed once.
    List<Tensor> scalars = new ArrayList<>();
    for (Tensor operand : operands) {
      Application definition = definitions.get(operand);
      if (operand.shape().rank() > 0
          && definition != null
          && definition.op() instanceof Broadcast
          && definition.operands().getFirst().shape().rank() == 0) {
        scalars.add(definition.operands().getFirst());
      }
    }
    if (scalars.size() == operands.size()) {
      Tensor scalar = emit(op, scalars).getFirst();
      Broadcast spread = new Broadcast(operands.getFirst().shape(), List.of());
      return Optional.of(emit(spread, List.of(scalar)).getFirst());
    }
    return Optional.empty();
  }

  private List<NdArray> constants(List<Tensor> operands) {
    List<NdArray> constants = new ArrayList<>();
    for (Tensor operand : operands) {
      Application definition = definitions.get(operand);
      if (definition != null
          && definition.op() instanceof Constant(NdArray value)
          && value.type().shape().size() <= FOLDED_ELEMENTS) {
        constants.add(value);
      }
    }
    return constants;
  }

  private Optional<Tensor> identity(Op op, List<Tensor> operands) {
    Tensor x = operands.getFirst();
    return switch (op) {
      case Unary(var kind) when kind == Unary.Kind.NEG || kind == Unary.Kind.NOT -> {
        Application inner = definitions.get(x);
        yield inner != null && inner.op().equals(op)
            ? Optional.of(inner.operands().getFirst())
            : Optional.empty();
      }
      case Binary(var kind) -> {
        Tensor y = operands.get(1);
        yield switch (kind) {
          case MUL ->
              isSplat(y, 1) ? Optional.of(x) : isSplat(x, 1) ? Optional.of(y) : Optional.empty();
          case DIV -> isSplat(y, 1) ? Optional.of(x) : Optional.empty();
          case SUB -> isSplat(y, 0.0) ? Optional.of(x) : Optional.empty();
          default -> Optional.empty();
        };
      }
      default -> Optional.empty();
    };
  }

  /** Whether every element is this constant; zeros must have the same sign. */
  private boolean isSplat(Tensor x, double value) {
    Application definition = definitions.get(x);
    if (definition != null && definition.op() instanceof Broadcast) {
      definition = definitions.get(definition.operands().getFirst());
    }
    return definition != null
        && definition.op() instanceof Constant(NdArray constant)
        && constant.type().shape().rank() == 0
        && Double.compare(constant.getDouble(0), value) == 0;
  }
}
