package org.example.cleanlabels;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How well weights tell examples with a right label from those with a wrong one. */
final class Separation {
  private Separation() {}

  /**
   * The area under the curve: the probability that an example with a right label has a greater
   * weight than one with a wrong label, ties for a half. By ranks, as Mann and Whitney's statistic
   * over the number of pairs.
   */
  static double auc(double[] weights, boolean[] wrong) {
    Integer[] order = IntStream.range(0, weights.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> weights[i]));
    double ranks = 0;
    long right = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && weights[order[to]] == weights[order[from]]) {
        to++;
      }
      for (int k = from; k < to; k++) {
        if (!wrong[order[k]]) {
          ranks += (from + to + 1) / 2.0;
          right++;
        }
      }
      from = to;
    }
    return (ranks - right * (right + 1) / 2.0) / ((double) right * (weights.length - right));
  }
}
