/** The command line: commands, progress, error texts and exit codes. */
@NullMarked
package dev.espalier.cli;

import org.jspecify.annotations.NullMarked;
