package dev.espalier.backend.cpu.kernel;

import java.util.stream.IntStream;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The masks of the first lanes of a vector, for the ends of arrays. They are made once: {@link
 * VectorSpecies#indexInRange} makes two on the heap wherever the compiler does not inline it.
 */
public final class FirstLanes {
  private static final VectorMask<Float>[] FLOATS = masks(FloatVector.SPECIES_PREFERRED);
  private static final VectorMask<Double>[] DOUBLES = masks(DoubleVector.SPECIES_PREFERRED);
  private static final VectorMask<Integer>[] INTS = masks(IntVector.SPECIES_PREFERRED);
  private static final VectorMask<Long>[] LONGS = masks(LongVector.SPECIES_PREFERRED);

  private FirstLanes() {}

  /** Of a vector of floats those below a count, all of them where it is larger. */
  public static VectorMask<Float> floats(int count) {
    return FLOATS[Math.min(count, FLOATS.length - 1)];
  }

  /** The same of doubles. */
  public static VectorMask<Double> doubles(int count) {
    return DOUBLES[Math.min(count, DOUBLES.length - 1)];
  }

  /** The same of ints. */
  static VectorMask<Integer> ints(int count) {
    return INTS[Math.min(count, INTS.length - 1)];
  }

  /** The same of longs. */
  static VectorMask<Long> longs(int count) {
    return LONGS[Math.min(count, LONGS.length - 1)];
  }

  @SuppressWarnings("unchecked") // There are no arrays of a generic type, only of its raw one.
  private static <E> VectorMask<E>[] masks(VectorSpecies<E> species) {
    return (VectorMask<E>[])
        IntStream.rangeClosed(0, species.length())
            .mapToObj(count -> species.indexInRange(0, count))
            .toArray(VectorMask<?>[]::new);
  }
}
