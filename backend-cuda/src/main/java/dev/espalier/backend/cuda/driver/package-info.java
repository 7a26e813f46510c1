/** The CUDA driver API, called through the foreign function interface. */
@NullMarked
package dev.espalier.backend.cuda.driver;

import org.jspecify.annotations.NullMarked;
