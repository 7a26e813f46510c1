/** What is held against the rules: backends, extensions, plugins, and the engine itself. */
@NullMarked
package dev.espalier.conformance.subject;

import org.jspecify.annotations.NullMarked;
