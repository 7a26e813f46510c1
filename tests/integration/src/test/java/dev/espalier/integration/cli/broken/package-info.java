/** Plugins with faults, for the tests of what the program says of them. */
@NullMarked
package dev.espalier.integration.cli.broken;

import org.jspecify.annotations.NullMarked;
