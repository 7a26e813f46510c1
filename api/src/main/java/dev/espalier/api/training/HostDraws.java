package dev.espalier.api.training;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;

/**
 * Values that a step is given from outside its trace, drawn by the host for each step: what must
 * not follow from the run's seed. In the step they are {@link StepContext#drawn}.
 *
 * <p>They are never drawn again. A step that is repeated, as after a resume, is given fresh ones,
 * so a run with them is not the same twice.
 */
public interface HostDraws {
  /**
   * What is drawn.
   *
   * @param parameters the types of the parameters that are trained
   */
  Tree<TensorType> types(Tree<TensorType> parameters);

  /** Opens a source for one run that begins or goes on; used by one thread. */
  Source open();

  /** Draws the values. */
  @FunctionalInterface
  interface Source extends AutoCloseable {
    /**
     * Writes the next step's values over what is there.
     *
     * @param into arrays of {@link HostDraws#types}
     */
    void draw(Tree<NdArray> into);

    @Override
    default void close() {}
  }
}
