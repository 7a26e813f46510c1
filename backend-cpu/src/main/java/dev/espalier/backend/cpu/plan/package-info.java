/** Compiles a graph: what is fused, in which order, and where values live. */
@NullMarked
package dev.espalier.backend.cpu.plan;

import org.jspecify.annotations.NullMarked;
