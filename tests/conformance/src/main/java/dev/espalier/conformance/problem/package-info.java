/** What optimizers and gradient estimators are tried on. */
@NullMarked
package dev.espalier.conformance.problem;

import org.jspecify.annotations.NullMarked;
