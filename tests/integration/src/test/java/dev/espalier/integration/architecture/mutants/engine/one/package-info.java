/** Classes that break a house rule on purpose, or stand for what is used wrongly. */
@NullMarked
package dev.espalier.integration.architecture.mutants.engine.one;

import org.jspecify.annotations.NullMarked;
