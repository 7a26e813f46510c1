/**
 * From files to batches: IDX, CSV and text readers, datasets, and the order in which they are read.
 */
@NullMarked
package dev.espalier.training.data;

import org.jspecify.annotations.NullMarked;
