/** Plugins as strangers write them: real jars, whole and broken. */
@NullMarked
package dev.espalier.integration.plugins;

import org.jspecify.annotations.NullMarked;
