/** Runs: training from a run file, evaluation and sampling of what was trained. */
@NullMarked
package dev.espalier.training.trainer;

import org.jspecify.annotations.NullMarked;
