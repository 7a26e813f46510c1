package dev.espalier.api.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.ir.Op;
import dev.espalier.api.ir.Value;
import dev.espalier.api.tensor.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a backend claims. What is claimed works: every operation of the set on every element type of
 * the set that it is defined on. What is not claimed is refused when a graph is compiled, see
 * {@link #require}.
 *
 * @param types element types that graphs may compute with
 * @param operations kinds of operation that graphs may have; a composite counts as its body
 * @param composites names of composites that it knows better than by their bodies
 */
public record Capabilities(
    Set<DType> types, Set<Class<? extends Op>> operations, Set<String> composites) {
  public Capabilities {
    types = Set.copyOf(types);
    operations = Set.copyOf(operations);
    composites = Set.copyOf(composites);
  }

  /** Every operation on these element types. */
  public static Capabilities everythingOn(Set<DType> types, Set<String> composites) {
    return new Capabilities(types, allOperations(), composites);
  }

  /** Every kind of operation of the representation. */
  public static Set<Class<? extends Op>> allOperations() {
    return Arrays.stream(Op.class.getPermittedSubclasses())
        .<Class<? extends Op>>map(kind -> kind.asSubclass(Op.class))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a graph is claimed. */
  public boolean claims(Graph graph) {
    return unclaimed(graph).isEmpty();
  }

  /**
   * Refuses a graph that is not claimed.
   *
   * @throws EspalierException UNSUPPORTED_BY_BACKEND naming the operations and element types
   */
  public void require(Graph graph) {
    List<String> unclaimed = unclaimed(graph);
    if (!unclaimed.isEmpty()) {
      throw new EspalierException(
          ErrorCode.UNSUPPORTED_BY_BACKEND,
          "graph " + graph.name() + " has only what the backend claims",
          String.join(", ", unclaimed),
          "use another backend, or convert to "
              + types.stream().map(DType::text).sorted().collect(Collectors.joining(", "))
              + " where the element type is the reason");
    }
  }

  /** The operations and element types of a graph that are not claimed, as they are printed. */
  private List<String> unclaimed(Graph graph) {
    Set<String> found = new TreeSet<>();
    collect(graph, found);
    return List.copyOf(found);
  }

  private void collect(Graph graph, Set<String> found) {
    graph.inputs().forEach(input -> collect(input, found));
    for (Node node : graph.nodes()) {
      node.results().forEach(result -> collect(result, found));
      switch (node.op()) {
        // A derivative rule does not run.
        case Composite composite when composites.contains(composite.name()) -> {}
        case Composite composite -> collect(composite.body(), found);
        case Op op -> {
          if (!operations.contains(op.getClass())) {
            found.add(op.name());
          }
          op.graphs().forEach(inner -> collect(inner, found));
        }
      }
    }
  }

  private void collect(Value value, Set<String> found) {
    if (!types.contains(value.type().dtype())) {
      found.add(value.type().dtype().text());
    }
  }
}
