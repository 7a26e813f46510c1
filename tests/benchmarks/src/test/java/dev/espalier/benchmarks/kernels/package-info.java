/** Tests of the benchmarks themselves; nothing is measured here. */
@NullMarked
package dev.espalier.benchmarks.kernels;

import org.jspecify.annotations.NullMarked;
