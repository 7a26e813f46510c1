/** What holds for backends beside their values. */
@NullMarked
package dev.espalier.conformance.backend;

import org.jspecify.annotations.NullMarked;
