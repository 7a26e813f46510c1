/** Charts as SVG. */
@NullMarked
package dev.espalier.training.plot;

import org.jspecify.annotations.NullMarked;
