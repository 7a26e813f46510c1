/** What holds for optimizers. */
@NullMarked
package dev.espalier.conformance.optimizer;

import org.jspecify.annotations.NullMarked;
