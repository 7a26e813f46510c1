package dev.espalier.benchmarks.peers;

import dev.espalier.benchmarks.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** What Linux says of this process; nothing on other systems. */
final class OwnProcess {
  /** Clock ticks a second in {@code /proc}, part of Linux's interface. */
  private static final double TICKS = 100;

  /** The place of the start time among the fields behind the command's name. */
  private static final int START = 19;

  private OwnProcess() {}

  /** The most memory that was resident, in MB. */
  static OptionalDouble peakMegabytes() {
    return Surroundings.firstValue(Path.of("/proc/self/status"), "VmHWM")
        .map(value -> Double.parseDouble(value.replace("kB", "").strip()) * 1024 / 1e6)
        .map(OptionalDouble::of)
        .orElse(OptionalDouble.empty());
  }

  /** The seconds since it was started, to 10 ms. */
  static OptionalDouble secondsSinceStart() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      String uptime = Files.readString(Path.of("/proc/uptime"));
      return OptionalDouble.of(
          Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')))
              - Double.parseDouble(fields[START]) / TICKS);
    } catch (IOException e) {
      // Not on this system.
      return OptionalDouble.empty();
    }
  }
}
