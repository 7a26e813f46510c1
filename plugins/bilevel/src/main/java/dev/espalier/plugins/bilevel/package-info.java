/** Problems of two levels, and what a method for them is. */
@NullMarked
package dev.espalier.plugins.bilevel;

import org.jspecify.annotations.NullMarked;
