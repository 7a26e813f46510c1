/** How far apart numbers are, and how far they may be: the numerics contract. */
@NullMarked
package dev.espalier.conformance.numerics;

import org.jspecify.annotations.NullMarked;
