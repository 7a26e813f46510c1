/** Runs a compiled graph: its steps, the memory of a run, and the threads. */
@NullMarked
package dev.espalier.backend.cpu.run;

import org.jspecify.annotations.NullMarked;
