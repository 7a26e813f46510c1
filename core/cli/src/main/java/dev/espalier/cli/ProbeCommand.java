package dev.espalier.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Looks closely at one extension. */
@Command(
    name = "probe",
    description =
        "Looks closely at an activation, a loss or an optimizer, on the reference"
            + " interpreter.",
    synopsisSubcommandLabel = "COMMAND")
final class ProbeCommand {
  /** The command with its subcommands. */
  static CommandLine line(Console console) {
    return new CommandLine(new ProbeCommand())
        .addSubcommand(new ProbeActivationCommand(console))
        .addSubcommand(new ProbeLossCommand(console))
        .addSubcommand(new ProbeOptimizerCommand(console));
  }
}
