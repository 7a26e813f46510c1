/** Tests of the package of the same name. */
@NullMarked
package dev.espalier.training.layer;

import org.jspecify.annotations.NullMarked;
