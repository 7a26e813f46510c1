/** Tests of the benchmarks themselves; nothing is measured here. */
@NullMarked
package dev.espalier.benchmarks.costs;

import org.jspecify.annotations.NullMarked;
