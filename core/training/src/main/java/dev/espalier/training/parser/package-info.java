/** Parsers of text formats whose cost is bounded. */
@NullMarked
package dev.espalier.training.parser;

import org.jspecify.annotations.NullMarked;
