/** Differential privacy: the accountants that come with Espalier. */
@NullMarked
package dev.espalier.plugins.privacy;

import org.jspecify.annotations.NullMarked;
