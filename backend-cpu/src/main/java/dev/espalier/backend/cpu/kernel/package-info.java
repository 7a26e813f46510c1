/** Kernels on Java arrays: blocks of elements, matrix products, reductions, movement; no graphs. */
@NullMarked
package dev.espalier.backend.cpu.kernel;

import org.jspecify.annotations.NullMarked;
