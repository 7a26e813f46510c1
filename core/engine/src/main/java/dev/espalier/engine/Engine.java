package dev.espalier.engine;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What the engine does, from graph to graph, in one place. A graph is traced from a function, and
 * every operation here gives a graph that is verified and simplified, so that they chain: the
 * gradient of a gradient, vectorised, is three calls. Stateless; may be shared by threads.
 *
 * <p>Inside a function that is being traced, {@link Derivatives} does the same with tensors.
 */
public final class Engine {
  /** An engine. */
  public Engine() {}

  /**
   * The graph of a function, verified and simplified.
   *
   * @param name what the function is called
   * @param inputs the types of its inputs, at least one
   * @param function called once, with symbolic tensors
   */
  public Graph trace(
      String name, List<TensorType> inputs, Function<List<Tensor>, List<Tensor>> function) {
    return simplify(Graph.trace(name, inputs, function));
  }

  /**
   * Checks the rules of the representation.
   *
   * @return the same graph
   * @throws EspalierException INVALID_GRAPH naming the rule and the place
   */
  public Graph verify(Graph graph) {
    return graph.verify();
  }

  /** A graph of the same values with less to do; no bit of a result changes. */
  public Graph simplify(Graph graph) {
    return Simplify.simplify(graph.verify()).verify();
  }

  /**
   * The value and the gradient of a graph with one floating-point scalar output: from the same
   * inputs to that scalar and, for each floating-point input in order, the derivative in it.
   *
   * @throws EspalierException NOT_DIFFERENTIABLE where the output is not such a scalar, or where no
   *     input is floating point
   */
  public Graph gradient(Graph graph) {
    if (graph.outputs().size() != 1
        || graph.outputTypes().getFirst().shape().rank() != 0
        || !graph.outputTypes().getFirst().dtype().isFloat()) {
      throw new EspalierException(
          ErrorCode.NOT_DIFFERENTIABLE,
          "a gradient is that of one floating-point scalar",
          graph.name() + " gives " + graph.outputTypes(),
          "reduce the outputs to one number, or ask for vjp");
    }
    requireFloats(graph);
    return trace(
        graph.name() + "_gradient",
        graph.inputTypes(),
        in -> {
          Tensor one = in.getFirst().constant(graph.outputTypes().getFirst().dtype(), 1);
          Derivatives.Pulled pulled = Derivatives.vjp(graph::apply, in, List.of(one));
          return join(pulled.values(), floats(in, pulled.cotangents()));
        });
  }

  /**
   * Forward mode: from the inputs and a tangent for each floating-point one, in order, to the
   * outputs and the directional derivative of each floating-point one.
   *
   * @throws EspalierException NOT_DIFFERENTIABLE where no input is floating point
   */
  public Graph jvp(Graph graph) {
    requireFloats(graph);
    int count = graph.inputs().size();
    return trace(
        graph.name() + "_jvp",
        join(graph.inputTypes(), floatTypes(graph.inputTypes())),
        in -> {
          List<Tensor> at = in.subList(0, count);
          Derivatives.Pushed pushed =
              Derivatives.jvp(graph::apply, at, spread(at, in.subList(count, in.size())));
          return join(pushed.values(), floats(pushed.values(), pushed.tangents()));
        });
  }

  /**
   * Reverse mode: from the inputs and a cotangent for each floating-point output, in order, to the
   * outputs and, for each floating-point input, its cotangent.
   *
   * @throws EspalierException NOT_DIFFERENTIABLE where no input is floating point
   */
  public Graph vjp(Graph graph) {
    requireFloats(graph);
    int count = graph.inputs().size();
    List<TensorType> outputs = graph.outputTypes();
    return trace(
        graph.name() + "_vjp",
        join(graph.inputTypes(), floatTypes(outputs)),
        in -> {
          List<Tensor> at = in.subList(0, count);
          List<Tensor> given = in.subList(count, in.size());
          List<Tensor> cotangents = new ArrayList<>();
          int next = 0;
          for (TensorType type : outputs) {
            cotangents.add(
                type.dtype().isFloat()
                    ? given.get(next++)
                    : at.getFirst().constant(type.dtype(), 0).broadcast(type.shape()));
          }
          Derivatives.Pulled pulled = Derivatives.vjp(graph::apply, at, cotangents);
          return join(pulled.values(), floats(at, pulled.cotangents()));
        });
  }

  /**
   * The graph for many examples at once: mapped inputs and every output get a leading axis.
   *
   * @param graph the graph of one example
   * @param size how many examples
   * @param mapped for each input whether it differs from example to example; one at least does
   */
  public Graph vectorise(Graph graph, int size, List<Boolean> mapped) {
    if (mapped.size() != graph.inputs().size()) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "for each of the " + graph.inputs().size() + " inputs of " + graph.name() + " a flag",
          mapped.size() + " flags",
          "say of each input whether it is mapped");
    }
    List<TensorType> types = new ArrayList<>();
    for (int i = 0; i < mapped.size(); i++) {
      TensorType type = graph.inputTypes().get(i);
      types.add(mapped.get(i) ? type.withShape(type.shape().insert(0, size)) : type);
    }
    return trace(
        graph.name() + "_vectorised", types, in -> Derivatives.vmap(graph::apply, in, mapped));
  }

  /**
   * The values of a graph by the reference interpreter, which is their meaning: slow, and right.
   *
   * @param inputs a value for each input
   */
  public List<NdArray> interpret(Graph graph, List<NdArray> inputs) {
    return Reference.run(graph.verify(), inputs);
  }

  /** Compiles a graph on a backend. Whoever compiles it closes it, before the backend. */
  public Executable compile(Graph graph, Backend backend) {
    return backend.compile(simplify(graph));
  }

  /**
   * Compiles a graph and runs it once. For many runs, {@link #compile} once and keep the buffers.
   *
   * @param inputs a value for each input
   */
  public List<NdArray> run(Graph graph, Backend backend, List<NdArray> inputs) {
    try (Executable executable = compile(graph, backend);
        BufferScope scope = backend.openScope()) {
      List<TensorType> types = inputs.stream().map(NdArray::type).toList();
      if (!types.equals(executable.inputTypes())) {
        throw new EspalierException(
            ErrorCode.TYPE_MISMATCH,
            "graph " + graph.name() + " takes " + executable.inputTypes(),
            types.toString(),
            "pass values of these types");
      }
      List<Buffer> in = inputs.stream().map(scope::upload).toList();
      List<Buffer> out = executable.outputTypes().stream().map(scope::allocate).toList();
      executable.run(in, out);
      return out.stream().map(Buffer::read).toList();
    }
  }

  private static void requireFloats(Graph graph) {
    if (graph.inputs().stream().map(Value::type).noneMatch(type -> type.dtype().isFloat())) {
      throw new EspalierException(
          ErrorCode.NOT_DIFFERENTIABLE,
          "a derivative is taken in floating-point inputs",
          graph.name() + " takes " + graph.inputTypes(),
          "convert an input to a floating-point type");
    }
  }

  private static List<TensorType> floatTypes(List<TensorType> types) {
    return types.stream().filter(type -> type.dtype().isFloat()).toList();
  }

  /** Of the second list those whose partner in the first is floating point. */
  private static List<Tensor> floats(List<Tensor> of, List<Tensor> from) {
    List<Tensor> kept = new ArrayList<>();
    for (int i = 0; i < of.size(); i++) {
      if (of.get(i).dtype().isFloat()) {
        kept.add(from.get(i));
      }
    }
    return kept;
  }

  /** A tangent for each tensor: the next given one, or zeros where it is not floating point. */
  private static List<Tensor> spread(List<Tensor> at, List<Tensor> given) {
    List<Tensor> all = new ArrayList<>();
    int next = 0;
    for (Tensor tensor : at) {
      all.add(tensor.dtype().isFloat() ? given.get(next++) : tensor.zerosLike());
    }
    return all;
  }

  private static <T> List<T> join(List<T> first, List<T> second) {
    List<T> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
