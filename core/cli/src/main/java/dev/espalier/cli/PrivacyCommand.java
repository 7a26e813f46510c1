package dev.espalier.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Counts differential privacy. */
@Command(
    name = "privacy",
    description = "Says what private steps cost, and how much noise a budget needs.",
    synopsisSubcommandLabel = "COMMAND")
final class PrivacyCommand {
  /** The command with its subcommands. */
  static CommandLine line(Console console) {
    return new CommandLine(new PrivacyCommand())
        .addSubcommand(new PrivacyEpsilonCommand(console))
        .addSubcommand(new PrivacyCalibrateCommand(console));
  }
}
