/** Methods for linear systems. */
@NullMarked
package dev.espalier.plugins.bilevel.linear;

import org.jspecify.annotations.NullMarked;
