/** Tests of the readers, datasets and the order in which they are read. */
@NullMarked
package dev.espalier.training.data;

import org.jspecify.annotations.NullMarked;
