package dev.espalier.training.trainer;

import dev.espalier.api.backend.MemoryUse;
import java.nio.file.Path;

/**
 * A run as it begins.
 *
 * @param name the run's name
 * @param firstStep steps that were done before; more than 0 where a run is resumed
 * @param totalSteps steps that the whole run takes
 * @param parameters how many numbers are trained
 * @param runFolder where the run writes
 * @param backend what it runs on, for people
 * @param memory what a step needs at its peak
 */
public record RunStart(
    String name,
    long firstStep,
    long totalSteps,
    long parameters,
    Path runFolder,
    String backend,
    MemoryUse memory) {}
