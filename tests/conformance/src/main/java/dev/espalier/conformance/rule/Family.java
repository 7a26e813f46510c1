package dev.espalier.conformance.rule;

/** The families of rules; a rule's id begins with its family's name. */
public enum Family {
  /** The verifier of the intermediate representation. */
  IR("the representation"),
  /** Values of operations. */
  OP("values of operations"),
  /** Random bits. */
  RNG("random bits"),
  /** Derivatives. */
  AD("derivatives"),
  /** Vectorisation and simplification. */
  VM("vectorisation and simplification"),
  /** Activations. */
  ACT("activations"),
  /** Losses. */
  LOSS("losses"),
  /** Optimizers. */
  OPT("optimizers"),
  /** Gradient estimators. */
  EST("gradient estimators"),
  /** Schedules. */
  SCH("schedules"),
  /** Initializers. */
  INIT("initializers"),
  /** Accountants of differential privacy. */
  ACC("accountants of differential privacy"),
  /** Backends: life cycle, and claims both ways. */
  BE("backends"),
  /** Plugins and their messages. */
  PL("plugins");

  private final String text;

  Family(String text) {
    this.text = text;
  }

  /** What the family is about, for people. */
  public String text() {
    return text;
  }
}
