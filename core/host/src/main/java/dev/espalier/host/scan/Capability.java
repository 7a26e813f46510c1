package dev.espalier.host.scan;

import java.util.Locale;

/** What code can do that whoever is to trust it wants to know. */
public enum Capability {
  /** Other processes. */
  PROCESSES("starts or ends processes"),
  /** Sockets, connections, lookups. */
  NETWORK("uses the network"),
  /** Files and folders. */
  FILES("reads or writes files"),
  /** Libraries outside of Java, memory by its address, packages that the JDK keeps to itself. */
  NATIVE_CODE("calls native code or internals of the JDK"),
  /** The end of the whole program. */
  EXIT("ends the program"),
  /** Code that is chosen, opened or made while the program runs: a scan does not see it. */
  REFLECTION("uses reflection or defines classes"),
  /** What the program was started with. */
  ENVIRONMENT("reads or sets the environment or system properties"),
  /** Work beside that of the caller. */
  THREADS("starts threads"),
  /** Objects whose classes the data chooses. */
  SERIALIZATION("reads serialized objects");

  private final String text;

  Capability(String text) {
    this.text = text;
  }

  /** For people: what the code does. */
  public String text() {
    return text;
  }

  /** For programs: lower case, words joined by hyphens. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
