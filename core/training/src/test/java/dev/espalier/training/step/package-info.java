/** Tests of the package of the same name. */
@NullMarked
package dev.espalier.training.step;

import org.jspecify.annotations.NullMarked;
