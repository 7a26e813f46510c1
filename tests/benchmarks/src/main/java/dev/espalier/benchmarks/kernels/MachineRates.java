package dev.espalier.benchmarks.kernels;

/**
 * What the machine reached at best on a number of threads, see {@link MachineBenchmark}.
 *
 * @param operations floating-point operations a second, in fused multiply-adds
 * @param copied bytes a second that a copy reads and writes
 */
public record MachineRates(double operations, double copied) {}
