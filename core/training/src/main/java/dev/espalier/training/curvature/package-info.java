/** The spectrum of curvature matrices that are known by their products with vectors alone. */
@NullMarked
package dev.espalier.training.curvature;

import org.jspecify.annotations.NullMarked;
