/** What holds for the engine's transformations. */
@NullMarked
package dev.espalier.conformance.derivative;

import org.jspecify.annotations.NullMarked;
