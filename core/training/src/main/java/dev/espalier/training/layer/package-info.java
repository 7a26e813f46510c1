/** Layers: parameters by path, shapes without the batch axis, and their functions. */
@NullMarked
package dev.espalier.training.layer;

import org.jspecify.annotations.NullMarked;
