/** What holds for losses. */
@NullMarked
package dev.espalier.conformance.loss;

import org.jspecify.annotations.NullMarked;
