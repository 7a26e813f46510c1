package dev.espalier.api.plugin;

/**
 * Makes an extension from its hyperparameters. It reads all of them, whatever their values, so that
 * a dry run shows which there are.
 *
 * @param <T> what it makes
 */
@FunctionalInterface
public interface Factory<T> {
  /** Makes the extension. */
  T create(Params params);
}
