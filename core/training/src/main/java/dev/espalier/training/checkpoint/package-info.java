/** What must survive: tensors and manifests on disk, written so that a kill loses nothing. */
@NullMarked
package dev.espalier.training.checkpoint;

import org.jspecify.annotations.NullMarked;
