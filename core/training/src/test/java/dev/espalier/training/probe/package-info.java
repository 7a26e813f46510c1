/** Tests of the package of the same name. */
@NullMarked
package dev.espalier.training.probe;

import org.jspecify.annotations.NullMarked;
