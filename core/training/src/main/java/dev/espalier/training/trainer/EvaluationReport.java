package dev.espalier.training.trainer;

import java.util.OptionalDouble;

/**
 * An evaluation on the held-out data.
 *
 * @param step how many steps were done
 * @param loss the mean loss of an example (of a token, for text)
 * @param accuracy the fraction of right classes; absent where there are none
 */
public record EvaluationReport(long step, double loss, OptionalDouble accuracy) {}
