/** The initializers that come with Espalier, one file each. */
@NullMarked
package dev.espalier.plugins.initializers;

import org.jspecify.annotations.NullMarked;
