package dev.espalier.benchmarks.peers;

/**
 * What one process reported.
 *
 * @param step the step's name
 * @param threads on how many threads
 * @param contender who ran it
 * @param report what it reported
 */
public record Round(String step, int threads, Contender contender, StepReport report) {}
