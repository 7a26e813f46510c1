package dev.espalier.cli;

import picocli.CommandLine.Option;

/** The line that a probe scans. */
final class LineOptions {
  @Option(
      names = "--from",
      paramLabel = "X",
      defaultValue = "-10",
      description = "The lower end of the line that is scanned.")
  double from = -10;

  @Option(
      names = "--to",
      paramLabel = "X",
      defaultValue = "10",
      description = "The upper end of the line that is scanned.")
  double to = 10;

  @Option(
      names = "--points",
      paramLabel = "N",
      defaultValue = "2001",
      description = "How many points it has, evenly apart.")
  int points = 2001;
}
