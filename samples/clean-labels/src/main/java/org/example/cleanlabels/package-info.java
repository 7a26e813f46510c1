/** Weights of examples, learned by hypergradients, find the wrong labels. */
@NullMarked
package org.example.cleanlabels;

import org.jspecify.annotations.NullMarked;
