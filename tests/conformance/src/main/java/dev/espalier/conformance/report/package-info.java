/** What came of the trials, for people and for programs. */
@NullMarked
package dev.espalier.conformance.report;

import org.jspecify.annotations.NullMarked;
