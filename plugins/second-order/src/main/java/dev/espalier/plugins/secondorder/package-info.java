/** Optimizers that ask about curvature, one file each, and the parts that they are made of. */
@NullMarked
package dev.espalier.plugins.secondorder;

import org.jspecify.annotations.NullMarked;
