/** What the benchmarks share: the installed plugins, the training steps, tables and their file. */
@NullMarked
package dev.espalier.benchmarks;

import org.jspecify.annotations.NullMarked;
