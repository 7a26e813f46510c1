package dev.espalier.training.layer;

import dev.espalier.api.tensor.Key;

/**
 * What a layer may know of the call.
 *
 * @param key fresh in each step; composed layers hand each part a key of its own
 * @param training whether this is a training step
 */
public record LayerContext(Key key, boolean training) {
  /** The context of the part with a number. */
  public LayerContext part(int number) {
    return new LayerContext(key.fold(number), training);
  }
}
