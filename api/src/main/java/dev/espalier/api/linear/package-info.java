/** Linear systems whose matrix is known by its products alone. */
@NullMarked
package dev.espalier.api.linear;

import org.jspecify.annotations.NullMarked;
