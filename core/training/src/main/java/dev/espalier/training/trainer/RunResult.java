package dev.espalier.training.trainer;

import java.nio.file.Path;

/**
 * A run that ended well.
 *
 * @param runFolder where its metrics, checkpoints and manifest are
 * @param steps how many steps were done in all
 * @param last the evaluation at the end
 */
public record RunResult(Path runFolder, long steps, EvaluationReport last) {}
