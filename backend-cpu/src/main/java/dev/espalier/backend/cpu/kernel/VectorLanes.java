package dev.espalier.backend.cpu.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The widths of this machine's vectors, for generated code.
 *
 * <p>Every kernel uses vectors of one width for each type of elements, the machine's preferred one,
 * and only the first lanes where it needs fewer. The methods of a vector class are shared by its
 * widths: once the virtual machine has seen two of them there, what it compiles from then on may
 * tell them apart at each operation and make every vector an object.
 */
public final class VectorLanes {
  /** Floats of a vector. */
  public static final int FLOATS = FloatVector.SPECIES_PREFERRED.length();

  /** Doubles of a vector. */
  public static final int DOUBLES = DoubleVector.SPECIES_PREFERRED.length();

  /**
   * Bytes for masks of floats, as many as a vector has where that is at least 8. Masks of doubles
   * are no vectors of bytes: those would be of another width.
   */
  public static final VectorSpecies<Byte> BYTES = species(byte.class, Math.max(64, 8 * FLOATS));

  /** Shorts, as many as there are floats in a vector. */
  static final VectorSpecies<Short> SHORTS = species(short.class, 16 * FLOATS);

  /** Whether masks of floats can be read from and written to bytes: no vector is shorter than 8. */
  public static final boolean HAS_BYTES = FLOATS >= 8;

  private VectorLanes() {}

  private static <E> VectorSpecies<E> species(Class<E> elements, int bits) {
    return VectorSpecies.of(elements, VectorShape.forBitSize(bits));
  }
}
