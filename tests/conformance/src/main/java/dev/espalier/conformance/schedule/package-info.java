/** What holds for schedules. */
@NullMarked
package dev.espalier.conformance.schedule;

import org.jspecify.annotations.NullMarked;
