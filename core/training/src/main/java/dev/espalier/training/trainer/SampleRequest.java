package dev.espalier.training.trainer;

import java.nio.file.Path;

/**
 * Text that is asked of a trained model.
 *
 * @param runFolder the run
 * @param prompt what the text begins with
 * @param length characters to add
 * @param temperature divides the logits; 0 takes the likeliest character
 * @param topK how many of the likeliest characters are drawn from; 0 for all
 * @param seed of the draws
 */
public record SampleRequest(
    Path runFolder, String prompt, int length, double temperature, int topK, long seed) {}
