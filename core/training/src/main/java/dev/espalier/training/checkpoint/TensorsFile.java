package dev.espalier.training.checkpoint;

/**
 * A tensors file as it was written.
 *
 * @param name its name within its folder
 * @param sha256 the hash of its bytes
 * @param bytes its size
 */
public record TensorsFile(String name, String sha256, long bytes) {}
