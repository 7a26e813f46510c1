package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** The widths of this machine's vectors, for generated code. */
public final class VectorLanes {
  /** Floats of a vector. */
  public static final int FLOATS = FloatVector.SPECIES_PREFERRED.length();

  /** Doubles of a vector. */
  public static final int DOUBLES = DoubleVector.SPECIES_PREFERRED.length();

  /** As many bytes as a vector has floats, where that is at least 8: there are no shorter ones. */
  public static final VectorSpecies<Byte> BYTES_OF_FLOATS = bytes(FLOATS);

  /** As many bytes as a vector has doubles, where that is at least 8. */
  public static final VectorSpecies<Byte> BYTES_OF_DOUBLES = bytes(DOUBLES);

  private VectorLanes() {}

  /** Whether masks of so many lanes can be read from and written to bytes. */
  public static boolean hasBytes(int lanes) {
    return lanes >= 8;
  }

  private static VectorSpecies<Byte> bytes(int lanes) {
    return VectorSpecies.of(byte.class, VectorShape.forBitSize(Math.max(64, 8 * lanes)));
  }
}
