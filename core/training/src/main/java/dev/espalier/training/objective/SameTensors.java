package dev.espalier.training.objective;

import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What was answered for a tree of tensors. A question is the same only if its tensors are the same
 * objects: equal values cannot be seen in a trace.
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
    return new Question(tree.paths(), tree.leaves());
  }

  Optional<T> find(Tree<Tensor> tree) {
    return Optional.ofNullable(answers.get(question(tree)));
  }

  T keep(Tree<Tensor> tree, T answer) {
    answers.put(question(tree), answer);
    return answer;
  }
}
