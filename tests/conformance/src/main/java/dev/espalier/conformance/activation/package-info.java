/** What holds for activations. */
@NullMarked
package dev.espalier.conformance.activation;

import org.jspecify.annotations.NullMarked;
