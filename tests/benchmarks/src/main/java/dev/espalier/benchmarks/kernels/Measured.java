package dev.espalier.benchmarks.kernels;

/**
 * A time that was measured.
 *
 * @param name the workload's name
 * @param threads on how many threads
 * @param seconds of one run: the middle of the iterations' means
 * @param workload what was run
 */
public record Measured(String name, int threads, double seconds, Workload workload) {}
