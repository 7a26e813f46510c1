/** The first-order optimizers that come with Espalier, one file each. */
@NullMarked
package dev.espalier.plugins.optimizers;

import org.jspecify.annotations.NullMarked;
