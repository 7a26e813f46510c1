package dev.espalier.host;

/** Why a unit cannot be loaded; stays within discovery. */
final class UnitFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final Quarantined.Phase phase;
  private final String found;
  private final String repair;

  UnitFault(Quarantined.Phase phase, String found, String repair) {
    super(found);
    this.phase = phase;
    this.found = found;
    this.repair = repair;
  }

  /** As the other, of something thrown. */
  static UnitFault of(Quarantined.Phase phase, Throwable thrown, String repair) {
    UnitFault fault =
        new UnitFault(phase, Explanation.of(thrown), Explanation.repair(thrown, repair));
    fault.initCause(thrown);
    return fault;
  }

  /** The plugin of this name set aside for it. */
  Quarantined quarantine(String plugin, String location) {
    return new Quarantined(plugin, location, phase, found, repair);
  }
}
