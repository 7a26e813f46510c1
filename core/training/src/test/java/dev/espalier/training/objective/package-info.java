/** Tests of the package of the same name. */
@NullMarked
package dev.espalier.training.objective;

import org.jspecify.annotations.NullMarked;
