/** Tensors as symbolic values, their types, trees of them, and values on the host. */
@NullMarked
package dev.espalier.api.tensor;

import org.jspecify.annotations.NullMarked;
