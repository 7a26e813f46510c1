package dev.espalier.conformance.golden;

import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.training.Schedule;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;

/** The factors of a schedule. */
record SchedulePoints(Schedule schedule, GoldenFile.Section section, Precision precision) {
  List<Finding> check() {
    double[] steps = section.numbers("step");
    double[] totals = section.numbers("total");
    double[] expected = section.numbers("factor");
    Graph graph =
        Graph.trace(
            "golden",
            List.of(precision.type(), precision.type()),
            in -> List.of(schedule.factor(in.get(0), in.get(1))));
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < steps.length; i++) {
      NdArray step = NdArray.scalar(precision.dtype(), steps[i]);
      NdArray total = NdArray.scalar(precision.dtype(), totals[i]);
      double found = Reference.run(graph, List.of(step, total)).getFirst().getDouble(0);
      if (!Finding.holds(expected[i], found, precision.bound(1))) {
        String what = "factor at step " + steps[i] + " of " + totals[i];
        findings.add(new Finding(what, expected[i], found, precision.bound(1)));
      }
    }
    return findings;
  }
}
