/** Tests of this package. */
@NullMarked
package dev.espalier.training.metrics;

import org.jspecify.annotations.NullMarked;
