/** Small graphs with inputs for every operation, element type and size that goes wrong. */
@NullMarked
package dev.espalier.conformance.cases;

import org.jspecify.annotations.NullMarked;
