package dev.espalier.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestionsTest {
  @ParameterizedTest
  @CsvSource({
    "'', '', 0",
    "adam, adam, 0",
    "'', adam, 4",
    "adma, adam, 1",
    "adamm, adam, 1",
    "dam, adam, 1",
    "kitten, sitting, 3",
    // The restricted distance changes no letter twice: 3, where the unrestricted one is 2.
    "ca, abc, 3"
  })
  void theDistanceCountsInsertionsDeletionsReplacementsAndSwaps(String a, String b, int distance) {
    assertThat(Suggestions.distance(a, b)).isEqualTo(distance);
  }

  @Test
  void theDistanceIsSymmetricAndBoundedByTheLongerWord() {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      String a = word(random);
      String b = word(random);
      int distance = Suggestions.distance(a, b);
      assertThat(distance)
          .isEqualTo(Suggestions.distance(b, a))
          .isBetween(Math.abs(a.length() - b.length()), Math.max(a.length(), b.length()));
      assertThat(distance == 0).isEqualTo(a.equals(b));
    }
  }

  @Test
  void onlyANearWordIsSuggestedAndTheFirstOfEquals() {
    List<String> known = List.of("sgd", "adamw", "adam", "adagrad");
    assertThat(Suggestions.nearest("adem", known)).contains("adam");
    assertThat(Suggestions.nearest("ADAM", known)).contains("adam");
    assertThat(Suggestions.nearest("adamx", known)).contains("adam");
    assertThat(Suggestions.nearest("lion", known)).isEmpty();
    assertThat(Suggestions.nearest("lion", List.of())).isEmpty();
  }

  private static String word(Random random) {
    StringBuilder word = new StringBuilder();
    int length = random.nextInt(6);
    for (int i = 0; i < length; i++) {
      word.append((char) ('a' + random.nextInt(3)));
    }
    return word.toString();
  }
}
