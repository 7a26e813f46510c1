/** Finds plugins, sets faulty ones aside, and binds what the rest offer; the only user of Guice. */
@NullMarked
package dev.espalier.host;

import org.jspecify.annotations.NullMarked;
