/** Tests of the trainer's parts by themselves. */
@NullMarked
package dev.espalier.training.trainer;

import org.jspecify.annotations.NullMarked;
