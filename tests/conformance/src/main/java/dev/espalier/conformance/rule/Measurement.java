package dev.espalier.conformance.rule;

import dev.espalier.api.tensor.DType;

/**
 * The largest distance that a comparison saw.
 *
 * @param op what was computed
 * @param dtype in which element type
 * @param ulp the distance in units in the last place
 * @param bound the units allowed
 * @param where at which values
 */
public record Measurement(String op, DType dtype, double ulp, double bound, String where) {}
