/** What training asks of its surroundings. */
@NullMarked
package dev.espalier.training;

import org.jspecify.annotations.NullMarked;
