/** The activation functions that come with Espalier, one file each. */
@NullMarked
package dev.espalier.plugins.activations;

import org.jspecify.annotations.NullMarked;
