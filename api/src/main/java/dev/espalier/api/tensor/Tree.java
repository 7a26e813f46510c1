package dev.espalier.api.tensor;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An ordered map from path to leaf: parameters, gradients and optimizer states are trees, so that
 * they are named alike everywhere and checkpoints need no code per optimizer. A path is words
 * joined by slashes, as in {@code layers/0/weight}. Immutable.
 *
 * @param <T> what the leaves are: tensors in a trace, their types, or values on the host
 */
public final class Tree<T> {
  private final Map<String, T> leaves;

  private Tree(Map<String, T> leaves) {
    this.leaves = Collections.unmodifiableMap(leaves);
  }

  /** The tree without leaves. */
  public static <T> Tree<T> empty() {
    return new Tree<>(new LinkedHashMap<>());
  }

  /** The tree with one leaf. */
  public static <T> Tree<T> of(String path, T leaf) {
    Map<String, T> leaves = new LinkedHashMap<>();
    leaves.put(path, leaf);
    return new Tree<>(leaves);
  }

  /** The tree with these leaves in the map's order. */
  public static <T> Tree<T> of(Map<String, T> leaves) {
    return new Tree<>(new LinkedHashMap<>(leaves));
  }

  /**
   * The tree with these paths and leaves, in step.
   *
   * @throws EspalierException TREE_MISMATCH where there are not as many of both or a path is there
   *     twice
   */
  public static <T> Tree<T> of(Iterable<String> paths, List<T> leaves) {
    Map<String, T> map = new LinkedHashMap<>();
    int count = 0;
    for (String path : paths) {
      if (count < leaves.size()) {
        map.put(path, leaves.get(count));
      }
      count++;
    }
    if (count != leaves.size() || map.size() != count) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          "as many leaves as paths, each path once",
          leaves.size() + " leaves for " + count + " paths, " + map.keySet(),
          "pass one leaf for each path");
    }
    return new Tree<>(map);
  }

  /** The paths in order. */
  public Set<String> paths() {
    return leaves.keySet();
  }

  /** The leaves in order. */
  public List<T> leaves() {
    return List.copyOf(leaves.values());
  }

  /** The leaves by path, in order. */
  public Map<String, T> asMap() {
    return leaves;
  }

  /** The number of leaves. */
  public int size() {
    return leaves.size();
  }

  /** Whether there is no leaf. */
  public boolean isEmpty() {
    return leaves.isEmpty();
  }

  /** Whether there is a leaf at a path. */
  public boolean contains(String path) {
    return leaves.containsKey(path);
  }

  /**
   * The leaf at a path.
   *
   * @throws EspalierException TREE_MISMATCH where there is none
   */
  public T get(String path) {
    T leaf = leaves.get(path);
    if (leaf == null) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          "a leaf at " + path,
          "paths " + leaves.keySet(),
          "check the spelling of the path");
    }
    return leaf;
  }

  /** The tree with each leaf mapped. */
  public <R> Tree<R> map(Function<? super T, ? extends R> function) {
    return mapWithPath((path, leaf) -> function.apply(leaf));
  }

  /** The tree with each path and leaf mapped to a leaf. */
  public <R> Tree<R> mapWithPath(BiFunction<String, ? super T, ? extends R> function) {
    Map<String, R> to = new LinkedHashMap<>();
    leaves.forEach((path, leaf) -> to.put(path, function.apply(path, leaf)));
    return new Tree<>(to);
  }

  /**
   * The tree whose leaf at each path is made of the leaves of both at that path.
   *
   * @throws EspalierException TREE_MISMATCH where the paths differ
   */
  public <U, R> Tree<R> zip(Tree<U> other, BiFunction<? super T, ? super U, ? extends R> function) {
    if (!paths().equals(other.paths())) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          "two trees with the same paths",
          paths() + " and " + other.paths(),
          "combine trees that were made from the same parameters");
    }
    return mapWithPath((path, leaf) -> function.apply(leaf, other.get(path)));
  }

  /** This tree with a word and a slash before every path. */
  public Tree<T> under(String prefix) {
    Map<String, T> to = new LinkedHashMap<>();
    leaves.forEach((path, leaf) -> to.put(prefix + "/" + path, leaf));
    return new Tree<>(to);
  }

  /**
   * The leaves whose paths begin with the prefix and a slash, without them; empty where there are
   * none.
   */
  public Tree<T> subtree(String prefix) {
    Map<String, T> to = new LinkedHashMap<>();
    String start = prefix + "/";
    leaves.forEach((path, leaf) -> {
      if (path.startsWith(start)) {
        to.put(path.substring(start.length()), leaf);
      }
    });
    return new Tree<>(to);
  }

  /** The leaves whose paths are wanted, in their order. */
  public Tree<T> filter(Predicate<String> wanted) {
    Map<String, T> to = new LinkedHashMap<>();
    leaves.forEach((path, leaf) -> {
      if (wanted.test(path)) {
        to.put(path, leaf);
      }
    });
    return new Tree<>(to);
  }

  /**
   * The leaves of both, those of this tree first.
   *
   * @throws EspalierException TREE_MISMATCH where both have a leaf at one path
   */
  public Tree<T> and(Tree<T> other) {
    Map<String, T> to = new LinkedHashMap<>(leaves);
    other.leaves.forEach((path, leaf) -> {
      if (to.put(path, leaf) != null) {
        throw new EspalierException(
            ErrorCode.TREE_MISMATCH,
            "trees with different paths",
            path + " is in both",
            "put one of them under a prefix");
      }
    });
    return new Tree<>(to);
  }

  /** This tree and one more leaf. */
  public Tree<T> and(String path, T leaf) {
    return and(of(path, leaf));
  }

  /** The tree with these leaves in place of its own, in order. */
  public <R> Tree<R> withLeaves(List<R> replacements) {
    if (replacements.size() != size()) {
      throw new EspalierException(
          ErrorCode.TREE_MISMATCH,
          size() + " leaves",
          replacements.size() + " leaves",
          "pass one leaf for each path");
    }
    return of(new ArrayList<>(paths()), replacements);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tree<?> tree
        && leaves.equals(tree.leaves)
        && new ArrayList<>(paths()).equals(new ArrayList<>(tree.paths()));
  }

  @Override
  public int hashCode() {
    return leaves.hashCode();
  }

  @Override
  public String toString() {
    return leaves.toString();
  }
}
