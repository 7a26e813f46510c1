package dev.espalier.api.backend;

import dev.espalier.api.tensor.DType;
import java.util.Set;

/**
 * What a backend claims. What is claimed works on every operation that is defined on the type; what
 * is not claimed is refused when a graph is compiled.
 *
 * @param types element types that graphs may compute with
 * @param composites names of composites that it knows better than by their bodies
 */
public record Capabilities(Set<DType> types, Set<String> composites) {
  public Capabilities {
    types = Set.copyOf(types);
    composites = Set.copyOf(composites);
  }
}
