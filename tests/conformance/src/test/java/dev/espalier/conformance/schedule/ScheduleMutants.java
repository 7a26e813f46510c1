package dev.espalier.conformance.schedule;

import static dev.espalier.api.plugin.ExtensionPoint.SCHEDULE;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Schedule;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.Registering;
import java.util.List;

/** Wrong schedules. */
public final class ScheduleMutants {
  private ScheduleMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return List.of(
        mutant("a schedule without its decay", "SCH-1", (step, total) -> step.onesLike()),
        mutant(
            "a schedule that goes below 0 at the end",
            "SCH-2",
            (step, total) -> step.div(total).neg().add(0.9)),
        mutant("a schedule that rises and claims to fall", "SCH-3", Tensor::div));
  }

  private static Mutant mutant(String name, String rule, Schedule schedule) {
    return Registering.mutant(
        name,
        rule,
        Registering.inPlaceOf(SCHEDULE, "linear", (Params p) -> schedule),
        ScheduleRules.checks());
  }
}
