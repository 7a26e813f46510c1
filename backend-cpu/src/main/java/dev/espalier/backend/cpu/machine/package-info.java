/** Machine code of our own for the innermost loops of matrix products, and how it is called. */
@NullMarked
package dev.espalier.backend.cpu.machine;

import org.jspecify.annotations.NullMarked;
