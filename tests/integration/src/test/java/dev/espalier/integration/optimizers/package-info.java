/** What the optimizers' papers promise, on problems whose answers are known. */
@NullMarked
package dev.espalier.integration.optimizers;

import org.jspecify.annotations.NullMarked;
