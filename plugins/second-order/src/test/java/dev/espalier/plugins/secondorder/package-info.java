/** What only the plugin's own package sees. */
@NullMarked
package dev.espalier.plugins.secondorder;

import org.jspecify.annotations.NullMarked;
