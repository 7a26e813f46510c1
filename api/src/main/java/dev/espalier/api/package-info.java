/** What every part of Espalier shares: errors with a code, what was found and the repair. */
@NullMarked
package dev.espalier.api;

import org.jspecify.annotations.NullMarked;
