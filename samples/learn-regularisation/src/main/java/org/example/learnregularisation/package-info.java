/** A ridge for each feature, learned by hypergradients. */
@NullMarked
package org.example.learnregularisation;

import org.jspecify.annotations.NullMarked;
