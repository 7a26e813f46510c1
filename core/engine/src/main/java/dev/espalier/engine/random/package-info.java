/** The counter-based random number generator behind every draw. */
@NullMarked
package dev.espalier.engine.random;

import org.jspecify.annotations.NullMarked;
