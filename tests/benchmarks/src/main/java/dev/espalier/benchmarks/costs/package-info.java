/** What questions and methods cost, in gradients and in plain steps. */
@NullMarked
package dev.espalier.benchmarks.costs;

import org.jspecify.annotations.NullMarked;
