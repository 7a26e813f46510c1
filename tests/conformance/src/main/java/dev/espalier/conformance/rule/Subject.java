package dev.espalier.conformance.rule;

/** What rules are tried on. */
public interface Subject extends AutoCloseable {
  /** What it is called, in reports. */
  String name();

  /** What its author knows to be wrong with it. */
  default KnownGaps gaps() {
    return KnownGaps.NONE;
  }

  /** Gives back what the rules opened. */
  @Override
  default void close() {}
}
