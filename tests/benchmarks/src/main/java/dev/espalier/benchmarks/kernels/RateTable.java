package dev.espalier.benchmarks.kernels;

import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Table;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Times as rates, and as shares of what the machine reached on as many threads. */
final class RateTable {
  private RateTable() {}

  /**
   * The table of one family.
   *
   * @param measured the times
   * @param machine the machine's rates by number of threads, each that was measured on
   */
  static Table of(List<Measured> measured, Map<Integer, MachineRates> machine) {
    Table table = Table.of(1, "workload", "threads", "ms", "rate", "share");
    for (Measured one : measured) {
      table =
          table.row(
              one.name(),
              Integer.toString(one.threads()),
              Figures.significant(one.seconds() * 1e3),
              rate(one),
              share(one, Objects.requireNonNull(machine.get(one.threads()))));
    }
    return table;
  }

  /** The table of the machine. */
  static Table of(Map<Integer, MachineRates> machine) {
    Table table = Table.of(0, "threads", "FMA peak", "copy");
    for (Map.Entry<Integer, MachineRates> entry : machine.entrySet()) {
      table =
          table.row(
              entry.getKey().toString(),
              Figures.significant(entry.getValue().operations() / 1e9) + " GFLOP/s",
              Figures.significant(entry.getValue().copied() / 1e9) + " GB/s");
    }
    return table;
  }

  private static String rate(Measured one) {
    return one.workload().operations().isPresent()
        ? Figures.significant(one.workload().operations().getAsDouble() / one.seconds() / 1e9)
            + " GFLOP/s"
        : Figures.significant(one.workload().bytes() / one.seconds() / 1e9) + " GB/s";
  }

  private static String share(Measured one, MachineRates rates) {
    return one.workload().operations().isPresent()
        ? Figures.percent(
                one.workload().operations().getAsDouble() / one.seconds() / rates.operations())
            + " of peak"
        : Figures.percent(one.workload().bytes() / one.seconds() / rates.copied()) + " of copy";
  }
}
