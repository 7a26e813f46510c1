/** Tests of this package. */
@NullMarked
package dev.espalier.training.checkpoint;

import org.jspecify.annotations.NullMarked;
