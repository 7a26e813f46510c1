/** The trainer and its parts: training, evaluation and sampling of what was trained. */
@NullMarked
package dev.espalier.training.trainer;

import org.jspecify.annotations.NullMarked;
