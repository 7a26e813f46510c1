package org.example.cleanlabels;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.data.ArrayDataset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;

/**
 * Examples to train on, of which half have a wrong label; held-out ones that are right; and others
 * to test on.
 *
 * @param training [label, number] as targets
 * @param wrong which of them have a wrong label
 * @param heldOut as above, with right labels
 * @param tested as above, with right labels
 * @param sizes of the step
 */
public record Labelled(
    ArrayDataset training,
    boolean[] wrong,
    ArrayDataset heldOut,
    ArrayDataset tested,
    CleaningStep.Sizes sizes) {

  /**
   * The first examples to train on, the next held out, the rest tested on. Half of the first, drawn
   * at random, get another label, drawn from those that are wrong.
   *
   * @param inputs [examples, features], F32
   * @param labels one for each, from 0
   * @param classes how many there are
   * @param trained how many to train on
   * @param heldOut how many are held out
   */
  public static Labelled of(NdArray inputs, int[] labels, int classes, int trained, int heldOut) {
    Random random = new Random(17);
    int[] order = random.ints(trained).toArray();
    Integer[] places = new Integer[trained];
    Arrays.setAll(places, i -> i);
    Arrays.sort(places, Comparator.comparingInt(i -> order[i]));
    boolean[] wrong = new boolean[trained];
    int[] targets = new int[2 * labels.length];
    for (int i = 0; i < labels.length; i++) {
      targets[2 * i] = labels[i];
      targets[2 * i + 1] = Math.min(i, trained - 1);
    }
    for (int k = 0; k < trained / 2; k++) {
      int i = places[k];
      wrong[i] = true;
      targets[2 * i] = (labels[i] + 1 + random.nextInt(classes - 1)) % classes;
    }
    ArrayDataset all = new ArrayDataset(inputs, NdArray.of(targets, labels.length, 2));
    return new Labelled(
        all.slice(0, trained),
        wrong,
        all.slice(trained, trained + heldOut),
        all.slice(trained + heldOut, labels.length),
        new CleaningStep.Sizes(trained, inputs.type().shape().extent(1), classes));
  }
}
