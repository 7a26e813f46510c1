/** The record of a run, line by line. */
@NullMarked
package dev.espalier.training.metrics;

import org.jspecify.annotations.NullMarked;
