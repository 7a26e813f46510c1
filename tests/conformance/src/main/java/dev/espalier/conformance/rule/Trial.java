package dev.espalier.conformance.rule;

/**
 * One thing to try.
 *
 * @param name unlike that of every other trial of the rule and subject
 * @param body tries it
 */
public record Trial(String name, Body body) {
  /** Tries something, and notes what it finds; what it throws is a problem too. */
  @FunctionalInterface
  public interface Body {
    /** Runs once. */
    void run(Findings findings) throws Exception;
  }
}
