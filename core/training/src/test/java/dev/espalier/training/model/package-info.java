/** Tests of the package of the same name. */
@NullMarked
package dev.espalier.training.model;

import org.jspecify.annotations.NullMarked;
