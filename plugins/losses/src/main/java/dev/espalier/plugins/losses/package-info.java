/** The losses that come with Espalier, one file each. */
@NullMarked
package dev.espalier.plugins.losses;

import org.jspecify.annotations.NullMarked;
