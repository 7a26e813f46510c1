/**
 * Golden points: values, derivatives and trajectories of cited origin that extensions must
 * reproduce.
 */
@NullMarked
package dev.espalier.conformance.golden;

import org.jspecify.annotations.NullMarked;
