package dev.espalier.backend.cpu.run;

/**
 * A loop that follows a product or a convolution, on the part of the result that a task makes while
 * it is in the cache.
 *
 * @param loop the loop
 * @param alone whether nothing else reads the result, which then is never in memory
 */
public record Chain(FusedLoop loop, boolean alone) {}
