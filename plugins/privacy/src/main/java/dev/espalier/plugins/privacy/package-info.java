/** Differential privacy: accountants, noise, and private gradient estimators. */
@NullMarked
package dev.espalier.plugins.privacy;

import org.jspecify.annotations.NullMarked;
