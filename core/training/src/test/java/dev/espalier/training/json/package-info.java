/** Tests of this package. */
@NullMarked
package dev.espalier.training.json;

import org.jspecify.annotations.NullMarked;
