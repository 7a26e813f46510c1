/** Ways to obtain the gradient of the outer level. */
@NullMarked
package dev.espalier.plugins.bilevel.hypergradient;

import org.jspecify.annotations.NullMarked;
