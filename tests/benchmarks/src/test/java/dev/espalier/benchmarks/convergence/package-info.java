/** Tests of the comparison of optimizers. */
@NullMarked
package dev.espalier.benchmarks.convergence;

import org.jspecify.annotations.NullMarked;
