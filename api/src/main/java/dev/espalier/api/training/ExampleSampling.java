package dev.espalier.api.training;

/**
 * How a step's examples are drawn from the training data. Each kind is one of those before it, so
 * that who needs one is served by it and by those after it.
 */
public enum ExampleSampling {
  /** In any way, as in a fresh order for each epoch. */
  ANY,
  /**
   * Poisson sampling: each example is in each step's batch independently, with probability {@code
   * batch / examples}. The number of examples varies, and means divide by its expectation.
   */
  POISSON,
  /**
   * Poisson sampling from a cryptographically secure generator, never drawn again: who knows the
   * run's seed does not know which examples a step saw.
   */
  SECRET_POISSON;

  /** Whether examples that are drawn so serve who needs this. */
  public boolean serves(ExampleSampling needed) {
    return compareTo(needed) >= 0;
  }
}
