/** The CUDA backend: whether a device is there, and what is missing to use it. */
@NullMarked
package dev.espalier.backend.cuda;

import org.jspecify.annotations.NullMarked;
