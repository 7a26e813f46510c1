/** Projects of strangers, built outside Espalier's build against its artifacts. */
@NullMarked
package dev.espalier.integration.outside;

import org.jspecify.annotations.NullMarked;
