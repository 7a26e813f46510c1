/**
 * What an author looks at first: functions with their derivatives on a line, losses at given
 * predictions, and the path of an optimizer. All of it runs on the reference interpreter.
 */
@NullMarked
package dev.espalier.training.probe;

import org.jspecify.annotations.NullMarked;
