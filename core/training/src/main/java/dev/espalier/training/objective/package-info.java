/** What optimizers may ask about the loss of a batch, and wrappers of it. */
@NullMarked
package dev.espalier.training.objective;

import org.jspecify.annotations.NullMarked;
