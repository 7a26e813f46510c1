/** The rules that a plugin or a backend must hold, the cases they are tried on, and the bounds. */
@NullMarked
package dev.espalier.conformance;

import org.jspecify.annotations.NullMarked;
