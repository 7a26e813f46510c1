package dev.espalier.conformance.rule;

/** How much is tried. */
public enum Tier {
  /** What most faults show at: seconds. */
  QUICK,
  /** Everything: minutes. */
  FULL
}
