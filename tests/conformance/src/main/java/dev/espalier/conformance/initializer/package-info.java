/** What holds for initializers. */
@NullMarked
package dev.espalier.conformance.initializer;

import org.jspecify.annotations.NullMarked;
