package dev.espalier.benchmarks.peers;

import java.util.OptionalDouble;

/**
 * What one process reported.
 *
 * @param step the step's name
 * @param threads on how many threads
 * @param contender who ran it
 * @param report what it reported
 * @param roundTripNs how far apart two threads were before it began; empty where that is not known
 */
public record Round(
    String step, int threads, Contender contender, StepReport report, OptionalDouble roundTripNs) {}
