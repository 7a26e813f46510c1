package dev.espalier.engine;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.engine.Forward.Dual;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tangents and cotangents that may be absent, which means zero. */
final class Tensors {
  private Tensors() {}

  static Tensor required(@Nullable Tensor tensor) {
    return Objects.requireNonNull(tensor);
  }

  static Tensor plus(@Nullable Tensor sum, Tensor term) {
    return sum == null ? term : sum.add(term);
  }

  static @Nullable Tensor plusOrNull(@Nullable Tensor sum, @Nullable Tensor term) {
    return term == null ? sum : plus(sum, term);
  }

  static Tensor orZero(@Nullable Tensor tensor, Tensor like) {
    return tensor == null ? like.zerosLike() : tensor;
  }

  static Dual dual(Tensor value, @Nullable Tensor tangent) {
    return new Dual(List.of(value), Collections.singletonList(tangent));
  }

  static List<TensorType> types(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::type).toList();
  }

  @SafeVarargs
  static List<Tensor> join(List<Tensor>... parts) {
    List<Tensor> all = new ArrayList<>();
    for (List<Tensor> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  /** The items whose flag is set. */
  static <T> List<T> where(List<T> items, boolean[] flags) {
    List<T> kept = new ArrayList<>();
    for (int i = 0; i < flags.length; i++) {
      if (flags[i]) {
        kept.add(items.get(i));
      }
    }
    return kept;
  }

  /** A list with the items at the places whose flag is set and null elsewhere. */
  static List<@Nullable Tensor> scatter(List<Tensor> items, boolean[] flags) {
    List<@Nullable Tensor> all = new ArrayList<>();
    int at = 0;
    for (boolean flag : flags) {
      all.add(flag ? items.get(at++) : null);
    }
    return all;
  }

  /** The tensors where flags are set, zeros in place of absent ones. */
  static List<Tensor> instantiate(
      List<? extends @Nullable Tensor> tensors, List<Tensor> like, boolean[] flags) {
    List<Tensor> kept = new ArrayList<>();
    for (int i = 0; i < flags.length; i++) {
      if (flags[i]) {
        kept.add(orZero(tensors.get(i), like.get(i)));
      }
    }
    return kept;
  }
}
