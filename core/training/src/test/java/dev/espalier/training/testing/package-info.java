/** What several tests share. */
@NullMarked
package dev.espalier.training.testing;

import org.jspecify.annotations.NullMarked;
