/** Strict reading and canonical writing of JSON as maps, lists, strings, numbers and booleans. */
@NullMarked
package dev.espalier.training.json;

import org.jspecify.annotations.NullMarked;
