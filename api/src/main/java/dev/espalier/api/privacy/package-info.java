/** Differential privacy: what steps release, what an accountant says of it, and budgets. */
@NullMarked
package dev.espalier.api.privacy;

import org.jspecify.annotations.NullMarked;
