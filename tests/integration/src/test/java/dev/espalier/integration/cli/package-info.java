/** The program as a process: what it prints, how it ends, what it leaves when it is killed. */
@NullMarked
package dev.espalier.integration.cli;

import org.jspecify.annotations.NullMarked;
