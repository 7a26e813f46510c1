/** Roots and fixed points that are differentiated by what they satisfy. */
@NullMarked
package dev.espalier.plugins.bilevel.implicit;

import org.jspecify.annotations.NullMarked;
