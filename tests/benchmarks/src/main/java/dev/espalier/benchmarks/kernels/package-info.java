/** Rates of compiled graphs, beside what the machine can do at best. */
@NullMarked
package dev.espalier.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
