package dev.espalier.conformance.schedule;

import dev.espalier.api.training.Schedule;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;

/** Rules SCH: schedules. */
public final class ScheduleRules {
  private ScheduleRules() {}

  /** The checks. */
  public static List<Check<? super ExtensionSubject<Schedule>>> checks() {
    return List.of();
  }
}
