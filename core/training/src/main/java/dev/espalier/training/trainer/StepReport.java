package dev.espalier.training.trainer;

import java.time.Duration;

/**
 * One step.
 *
 * @param step how many steps are done, from 1
 * @param totalSteps steps that the whole run takes
 * @param loss the mean loss of the step's batch, before its update
 * @param learningRate the rate of this step
 * @param gradientNorm the gradient's L2 norm before clipping
 * @param stepsPerSecond the recent speed
 * @param remaining time left at that speed
 */
public record StepReport(
    long step,
    long totalSteps,
    double loss,
    double learningRate,
    double gradientNorm,
    double stepsPerSecond,
    Duration remaining) {}
