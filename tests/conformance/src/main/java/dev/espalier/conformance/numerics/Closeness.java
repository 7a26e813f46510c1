package dev.espalier.conformance.numerics;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Compares arrays within a bound and says where they are farthest apart. */
public final class Closeness {
  private static final int SHOWN = 5;

  private Closeness() {}

  /**
   * One element.
   *
   * @param index its row-major number
   * @param found the value under test
   * @param expected what it should be
   * @param ulp their distance in units in the last place; for integers and BOOL their difference
   */
  public record Element(int index, String found, String expected, double ulp) {}

  /**
   * What a comparison found.
   *
   * @param problem what is wrong as a whole, such as the shape; empty if nothing
   * @param outside the number of elements outside the bound
   * @param size the number of elements
   * @param worst up to five elements outside the bound, the farthest first
   * @param farthest of the elements that are not within the absolute distance, the one that is
   *     farthest in units in the last place; absent where there is none
   * @param bound the bound
   */
  public record Report(
      String problem,
      int outside,
      int size,
      List<Element> worst,
      Optional<Element> farthest,
      Bound bound) {
    public Report {
      worst = List.copyOf(worst);
    }

    /** Whether everything is within the bound. */
    public boolean holds() {
      return problem.isEmpty() && outside == 0;
    }

    @Override
    public String toString() {
      if (holds()) {
        return size + " elements within " + bound;
      }
      StringBuilder text = new StringBuilder();
      text.append(problem.isEmpty() ? outside + " of " + size + " elements" : problem);
      text.append(" outside ").append(bound);
      for (Element e : worst) {
        text.append(
            "%n  [%d] found %s, expected %s, %.4g ulp apart"
                .formatted(e.index(), e.found(), e.expected(), e.ulp()));
      }
      return text.toString();
    }
  }

  /**
   * Compares an array with what it should be. Floats are within the bound's ulp of the found type
   * or its absolute distance; NaN matches NaN only; integers and BOOL match exactly. Where no
   * distance at all is allowed, zeros have the sign that they should have.
   *
   * @param found under test
   * @param expected of the same shape; of the same type or, for floats, a wider one, such as the
   *     results of a run in F64
   * @param bound what is allowed
   */
  public static Report compare(NdArray found, NdArray expected, Bound bound) {
    int size = found.type().shape().size();
    DType dtype = found.type().dtype();
    boolean comparable =
        found.type().equals(expected.type())
            || (found.type().shape().equals(expected.type().shape())
                && dtype.isFloat()
                && expected.type().dtype().isFloat());
    if (!comparable) {
      String problem = "found " + found.type() + ", expected " + expected.type();
      return new Report(problem, size, size, List.of(), Optional.empty(), bound);
    }
    NdArray rounded = expected.convert(dtype);
    List<Element> outside = new ArrayList<>();
    int farthest = -1;
    double farthestDistance = -1;
    for (int i = 0; i < size; i++) {
      double distance = distance(dtype, found, rounded, i);
      boolean near =
          dtype.isFloat()
              && Math.abs(found.getDouble(i) - expected.getDouble(i)) <= bound.absolute();
      double allowed = dtype.isFloat() ? bound.ulp() : 0;
      if (distance > farthestDistance && (distance == 0 || !near || bound.absolute() == 0)) {
        farthest = i;
        farthestDistance = distance;
      }
      boolean otherZero =
          bound.ulp() == 0
              && bound.absolute() == 0
              && distance == 0
              && dtype.isFloat()
              && !Double.isNaN(found.getDouble(i))
              && Double.compare(found.getDouble(i), rounded.getDouble(i)) != 0;
      if (otherZero || (distance > allowed && !near)) {
        outside.add(new Element(i, text(found, i), text(expected, i), distance));
      }
    }
    List<Element> worst =
        outside.stream()
            .sorted(Comparator.comparingDouble(Element::ulp).reversed())
            .limit(SHOWN)
            .toList();
    Optional<Element> far =
        farthest < 0
            ? Optional.empty()
            : Optional.of(
                new Element(
                    farthest, text(found, farthest), text(expected, farthest), farthestDistance));
    return new Report("", outside.size(), size, worst, far, bound);
  }

  private static double distance(DType dtype, NdArray found, NdArray expected, int i) {
    if (dtype.isFloat()) {
      return Ulp.distance(dtype, found.getDouble(i), expected.getDouble(i));
    }
    return found.getLong(i) == expected.getLong(i)
        ? 0
        : Math.max(1, Math.abs(found.getDouble(i) - expected.getDouble(i)));
  }

  private static String text(NdArray x, int i) {
    return x.type().dtype().isFloat()
        ? Double.toString(x.getDouble(i))
        : Long.toString(x.getLong(i));
  }
}
