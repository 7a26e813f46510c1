/** Classes that break a house rule on purpose, or stand for what is used wrongly. */
@NullMarked
package dev.espalier.integration.architecture.mutants.backend.cpu.kernel;

import org.jspecify.annotations.NullMarked;
