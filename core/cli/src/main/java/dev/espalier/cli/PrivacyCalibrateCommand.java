package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.Budget;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a budget allows. */
@Command(
    name = "calibrate",
    description = {
      "Finds the smallest noise multiplier for so many steps within a budget (--steps), or the most"
          + " steps with so much noise (--noise).",
      "What it answers is within the budget by the accountant; --phase tells what was spent before."
    })
final class PrivacyCalibrateCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--epsilon",
      paramLabel = "E",
      required = true,
      description = "The budget, greater than 0.")
  double epsilon;

  @Option(names = "--delta", paramLabel = "D", required = true, description = "In (0, 1).")
  double delta;

  @Option(
      names = "--sampling-rate",
      paramLabel = "Q",
      required = true,
      description = "The probability of each example in a step (Poisson sampling).")
  double rate;

  @Option(names = "--steps", paramLabel = "N", description = "How many steps; noise is sought.")
  @Nullable Long steps;

  @Option(
      names = "--noise",
      paramLabel = "S",
      description = "The noise multiplier; the number of steps is sought.")
  @Nullable Double noise;

  @Mixin AccountantOptions accounting = new AccountantOptions();

  PrivacyCalibrateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Budget budget = new Budget(epsilon, delta);
    Accountant accountant = accounting.accountant();
    List<PrivateSteps> before = accounting.steps();
    PrivateSteps found = found(budget, accountant, before);
    List<PrivateSteps> all = new ArrayList<>(before);
    all.add(found);
    Spending spending = accountant.spent(all, delta);
    if (accounting.json) {
      Map<String, Object> members = accounting.members(spending, delta);
      members.put("budget", epsilon);
      members.putAll(AccountantOptions.json(found));
      members.put("before", before.stream().map(AccountantOptions::json).toList());
      console.out().println(Json.line(members));
    } else {
      if (noise == null) {
        console.out().println("noise multiplier " + AccountantOptions.up(found.noiseMultiplier()));
      } else {
        console.out().println(found.count() + " steps");
      }
      Table facts = new Table();
      AccountantOptions.tell(facts, spending, delta);
      facts.row("budget:", Numbers.text(epsilon));
      facts.row("accountant:", accounting.name + ", " + AccountantOptions.text(spending));
      AccountantOptions.tell(facts, "steps:", found);
      before.forEach(each -> AccountantOptions.tell(facts, "before:", each));
      console.out().print(facts.lines("  "));
    }
    console.out().flush();
    return ExitCode.DONE;
  }

  private PrivateSteps found(Budget budget, Accountant accountant, List<PrivateSteps> before) {
    if (steps != null && noise == null) {
      return budget.smallestNoise(accountant, before, rate, steps);
    }
    if (noise != null && steps == null) {
      return budget.mostSteps(accountant, before, new PrivateSteps(rate, noise, 0));
    }
    throw new EspalierException(
        ErrorCode.BAD_COMMAND,
        "either --steps, for which noise is sought, or --noise, for which steps are",
        steps == null ? "neither" : "both",
        "give one of them");
  }
}
