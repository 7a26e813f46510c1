/** Tests of the package of the same name. */
@NullMarked
package dev.espalier.training.plot;

import org.jspecify.annotations.NullMarked;
