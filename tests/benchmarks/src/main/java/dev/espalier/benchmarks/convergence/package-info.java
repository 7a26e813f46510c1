/** How many steps optimizers take to the same loss, each at its best rate. */
@NullMarked
package dev.espalier.benchmarks.convergence;

import org.jspecify.annotations.NullMarked;
