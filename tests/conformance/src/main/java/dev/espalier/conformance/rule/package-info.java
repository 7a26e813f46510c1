/** What a rule is, how it is tried on a subject, and what comes out. */
@NullMarked
package dev.espalier.conformance.rule;

import org.jspecify.annotations.NullMarked;
