package dev.espalier.api.tensor;

import static dev.espalier.api.Refusals.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreeTest {
  private static final Tree<Integer> TREE =
      Tree.of(
          List.of("layers/1/weight", "layers/0/weight", "layers/0/bias", "head"),
          List.of(1, 2, 3, 4));

  @Test
  void theOrderIsThatOfInsertion() {
    assertThat(TREE.paths())
        .containsExactly("layers/1/weight", "layers/0/weight", "layers/0/bias", "head");
    assertThat(TREE.leaves()).containsExactly(1, 2, 3, 4);
    assertThat(TREE.map(x -> x * 2).leaves()).containsExactly(2, 4, 6, 8);
    assertThat(TREE.mapWithPath((path, leaf) -> path.length() + leaf).leaves())
        .containsExactly(16, 17, 16, 8);
    assertThat(TREE.asMap().keySet()).containsExactlyElementsOf(TREE.paths());
  }

  @Test
  void theMapThatATreeIsMadeOfMayChangeLater() {
    Map<String, Integer> map = new LinkedHashMap<>(Map.of("a", 1));
    Tree<Integer> tree = Tree.of(map);
    map.put("b", 2);
    assertThat(tree.size()).isOne();
  }

  @Test
  void aLeafIsFoundByItsWholePath() {
    assertThat(TREE.get("layers/0/bias")).isEqualTo(3);
    assertThat(TREE.contains("layers/0")).isFalse();
    assertThat(refusal(ErrorCode.TREE_MISMATCH, () -> TREE.get("layers/0")).asked())
        .contains("layers/0");
    assertThat(Tree.empty().isEmpty()).isTrue();
  }

  @Test
  void zipMatchesByPathInTheOrderOfTheFirst() {
    Tree<String> other =
        Tree.of(
            List.of("head", "layers/0/bias", "layers/0/weight", "layers/1/weight"),
            List.of("d", "c", "b", "a"));
    assertThat(TREE.zip(other, (number, letter) -> letter + number).leaves())
        .containsExactly("a1", "b2", "c3", "d4");
  }

  @Test
  void treesOfDifferentPathsAreNotZipped() {
    Tree<Integer> fewer = TREE.subtree("layers");
    refusal(ErrorCode.TREE_MISMATCH, () -> TREE.zip(fewer, Integer::sum));
    refusal(ErrorCode.TREE_MISMATCH, () -> fewer.zip(TREE, Integer::sum));
  }

  @Test
  void subtreeUndoesUnder() {
    assertThat(TREE.under("model").subtree("model")).isEqualTo(TREE);
    assertThat(TREE.subtree("layers").paths()).containsExactly("1/weight", "0/weight", "0/bias");
    assertThat(TREE.subtree("layers/0").paths()).containsExactly("weight", "bias");
  }

  @Test
  void subtreeTakesWholeWordsOnly() {
    assertThat(TREE.subtree("layer").isEmpty()).isTrue();
    assertThat(TREE.subtree("head").isEmpty()).isTrue();
    assertThat(Tree.of("ab/c", 1).subtree("a").isEmpty()).isTrue();
  }

  @Test
  void andKeepsTheOrderAndRefusesACollision() {
    assertThat(Tree.of("b", 1).and(Tree.of("a", 2)).paths()).containsExactly("b", "a");
    assertThat(Tree.of("b", 1).and("a", 2)).isEqualTo(Tree.of(List.of("b", "a"), List.of(1, 2)));
    assertThat(refusal(ErrorCode.TREE_MISMATCH, () -> TREE.and(Tree.of("head", 9))).found())
        .contains("head");
  }

  @Test
  void aLeafForEachPathIsNeeded() {
    refusal(ErrorCode.TREE_MISMATCH, () -> TREE.withLeaves(List.of(1, 2, 3)));
    refusal(ErrorCode.TREE_MISMATCH, () -> Tree.of(List.of("a", "b"), List.of(1)));
    refusal(ErrorCode.TREE_MISMATCH, () -> Tree.of(List.of("a"), List.of(1, 2)));
    refusal(ErrorCode.TREE_MISMATCH, () -> Tree.of(List.of("a", "a"), List.of(1, 2)));
    assertThat(TREE.withLeaves(List.of("a", "b", "c", "d")).get("head")).isEqualTo("d");
  }

  @Test
  void equalityCountsTheOrder() {
    Tree<Integer> tree = Tree.of(List.of("a", "b"), List.of(1, 2));
    assertThat(tree)
        .isEqualTo(Tree.of(List.of("a", "b"), List.of(1, 2)))
        .isNotEqualTo(Tree.of(List.of("b", "a"), List.of(2, 1)))
        .isNotEqualTo(Tree.of(List.of("a", "b"), List.of(1, 3)));
    assertThat(tree).hasToString("{a=1, b=2}");
  }
}
