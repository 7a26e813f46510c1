package dev.espalier.training.objective;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What was answered for a tree of tensors. A question is the same only if its tensors are the same
 * objects, whatever the order of the paths: equal values cannot be seen in a trace.
 *
 * @param <T> the answers
 */
final class SameTensors<T> {
  private final Map<Question, T> answers = new HashMap<>();

  private record Question(Set<String> paths, List<Tensor> leaves) {
    @Override
    @SuppressWarnings("ReferenceEquality") // Identity is the meaning.
    public boolean equals(Object other) {
      if (!(other instanceof Question question)
          || !paths.equals(question.paths)
          || leaves.size() != question.leaves.size()) {
        return false;
      }
      for (int i = 0; i < leaves.size(); i++) {
        if (leaves.get(i) != question.leaves.get(i)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public int hashCode() {
      int hash = paths.hashCode();
      for (Tensor leaf : leaves) {
        hash = 31 * hash + System.identityHashCode(leaf);
      }
      return hash;
    }
  }

  private static Question question(Tree<Tensor> tree) {
    return new Question(tree.paths(), new TreeMap<>(tree.asMap()).values().stream().toList());
  }

  /**
   * The answer, unless it was given inside a branch that has ended, where nothing else may use it.
   *
   * @param of a tensor of an answer
   */
  Optional<T> find(Tree<Tensor> tree, Function<T, Tensor> of) {
    return Optional.ofNullable(answers.get(question(tree)))
        .filter(answer -> isOpen(of.apply(answer)));
  }

  private static boolean isOpen(Tensor tensor) {
    try {
      tensor.close("still_open", List.of(), in -> List.of());
      return true;
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.FOREIGN_TENSOR) {
        return false;
      }
      throw e;
    }
  }

  T keep(Tree<Tensor> tree, T answer) {
    answers.put(question(tree), answer);
    return answer;
  }
}
