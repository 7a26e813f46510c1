/** What the tests of models and steps compare with. */
@NullMarked
package dev.espalier.training.oracle;

import org.jspecify.annotations.NullMarked;
