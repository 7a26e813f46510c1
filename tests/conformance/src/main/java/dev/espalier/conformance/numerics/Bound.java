package dev.espalier.conformance.numerics;

/**
 * How far a value may be from what it should be: within {@code ulp} units in the last place, or
 * within {@code absolute}.
 *
 * @param ulp units in the last place of the element type
 * @param absolute distance that is always allowed
 * @param reason why it is not 0
 */
public record Bound(double ulp, double absolute, String reason) {
  /** No distance at all. */
  public static final Bound EXACT = new Bound(0, 0, "exact");

  @Override
  public String toString() {
    return ulp + " ulp or " + absolute + " (" + reason + ")";
  }
}
