/**
 * The reference interpreter: what each operation of the representation means, written to be read.
 */
@NullMarked
package dev.espalier.engine.reference;

import org.jspecify.annotations.NullMarked;
