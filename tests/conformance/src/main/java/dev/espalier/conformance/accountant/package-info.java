/** What holds for accountants of differential privacy. */
@NullMarked
package dev.espalier.conformance.accountant;

import org.jspecify.annotations.NullMarked;
