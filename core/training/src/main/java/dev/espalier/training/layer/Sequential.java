package dev.espalier.training.layer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Layers one after the other. The parameters of each lie under its name, and its refusals begin
 * with its path. Part i uses the key {@code key.fold(i)}.
 */
public final class Sequential implements Layer {
  private final List<Part> parts;

  /**
   * A layer with a name.
   *
   * @param name unique among its neighbours
   * @param layer the layer
   */
  public record Part(String name, Layer layer) {}

  private Sequential(List<Part> parts) {
    this.parts = List.copyOf(parts);
    Set<String> names = new HashSet<>();
    for (Part part : parts) {
      if (!names.add(part.name())) {
        throw new EspalierException(
            ErrorCode.BAD_ATTRIBUTE,
            "the parts of a sequence have different names",
            part.name() + " twice",
            "rename one of them");
      }
    }
  }

  /** The sequence of these parts. */
  public static Sequential of(List<Part> parts) {
    return new Sequential(parts);
  }

  /** The sequence without parts: the identity. */
  public static Sequential empty() {
    return new Sequential(List.of());
  }

  /** This sequence and one more layer. */
  public Sequential then(String name, Layer layer) {
    List<Part> more = new ArrayList<>(parts);
    more.add(new Part(name, layer));
    return new Sequential(more);
  }

  /** The parts in order. */
  public List<Part> parts() {
    return parts;
  }

  @Override
  public Tree<Tensor> init(Key key, TensorType input) {
    Tree<Tensor> tree = Tree.empty();
    TensorType type = input;
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      Key own = key.fold(i);
      TensorType at = type;
      Tree<Tensor> inner = LayerFault.at(part.name(), () -> part.layer().init(own, at));
      tree = tree.and(inner.under(part.name()));
      type = LayerFault.at(part.name(), () -> part.layer().output(at));
    }
    return tree;
  }

  @Override
  public TensorType output(TensorType input) {
    TensorType type = input;
    for (Part part : parts) {
      TensorType at = type;
      type = LayerFault.at(part.name(), () -> part.layer().output(at));
    }
    return type;
  }

  @Override
  public Tensor apply(Tree<Tensor> parameters, Tensor x, LayerContext context) {
    Tensor y = x;
    for (int i = 0; i < parts.size(); i++) {
      y = apply(parts.get(i), parameters, y, context.part(i));
    }
    return y;
  }

  /** Applies one part, with the parameters of the whole. */
  Tensor applyPart(String name, Tree<Tensor> parameters, Tensor x, LayerContext context) {
    for (Part part : parts) {
      if (part.name().equals(name)) {
        return apply(part, parameters, x, context);
      }
    }
    throw new EspalierException(
        ErrorCode.INTERNAL, "a part of a sequence", name + " is none of " + parts, "report this");
  }

  private static Tensor apply(Part part, Tree<Tensor> parameters, Tensor x, LayerContext context) {
    return LayerFault.at(
        part.name(), () -> part.layer().apply(parameters.subtree(part.name()), x, context));
  }
}
