/** Trainers that are composed by Guice, in this process. */
@NullMarked
package dev.espalier.integration.composition;

import org.jspecify.annotations.NullMarked;
