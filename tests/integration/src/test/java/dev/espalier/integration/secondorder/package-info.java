/** Closed forms of the second-order plugin. */
@NullMarked
package dev.espalier.integration.secondorder;

import org.jspecify.annotations.NullMarked;
