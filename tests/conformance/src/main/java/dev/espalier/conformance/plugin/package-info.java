/** What holds for plugins. */
@NullMarked
package dev.espalier.conformance.plugin;

import org.jspecify.annotations.NullMarked;
