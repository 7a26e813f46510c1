/** The training step and its companions, each as one verified graph. */
@NullMarked
package dev.espalier.training.step;

import org.jspecify.annotations.NullMarked;
