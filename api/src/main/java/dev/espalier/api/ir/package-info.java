/** The intermediate representation: a closed set of operations, graphs of them, and composites. */
@NullMarked
package dev.espalier.api.ir;

import org.jspecify.annotations.NullMarked;
