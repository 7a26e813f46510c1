/** Graph to graph: derivatives of any order, vectorisation and simplification. */
@NullMarked
package dev.espalier.engine;

import org.jspecify.annotations.NullMarked;
