/** What holds for gradient estimators. */
@NullMarked
package dev.espalier.conformance.estimator;

import org.jspecify.annotations.NullMarked;
