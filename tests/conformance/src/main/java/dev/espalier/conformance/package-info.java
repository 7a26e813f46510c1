/**
 * The conformance kit: whether a backend, a plugin or the engine itself is right, with numbers. The
 * rules stand in {@code rules.md}; {@link dev.espalier.conformance.Conformance} applies them.
 */
@NullMarked
package dev.espalier.conformance;

import org.jspecify.annotations.NullMarked;
