/** Turns straight pieces of fused loops into classes, and lets them run once they are fast. */
@NullMarked
package dev.espalier.backend.cpu.generate;

import org.jspecify.annotations.NullMarked;
