/** What holds for the values of operations on a backend. */
@NullMarked
package dev.espalier.conformance.operation;

import org.jspecify.annotations.NullMarked;
