package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
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

/** What steps cost. */
@Command(
    name = "epsilon",
    description =
        "Says for which epsilon steps of DP-SGD are (epsilon, delta)-private, where neighbours"
            + " differ in one example that is added or removed.")
final class PrivacyEpsilonCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--sampling-rate",
      paramLabel = "Q",
      description = "The probability of each example in a step (Poisson sampling).")
  @Nullable Double rate;

  @Option(
      names = "--noise",
      paramLabel = "S",
      description = "The noise's standard deviation over the clipping norm.")
  @Nullable Double noise;

  @Option(names = "--steps", paramLabel = "N", description = "How many steps.")
  @Nullable Long steps;

  @Option(names = "--delta", paramLabel = "D", required = true, description = "In (0, 1).")
  double delta;

  @Mixin AccountantOptions accounting = new AccountantOptions();

  PrivacyEpsilonCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<PrivateSteps> all = all();
    Spending spending = accounting.accountant().spent(all, delta);
    if (accounting.json) {
      Map<String, Object> members = accounting.members(spending, delta);
      members.put("steps", all.stream().map(AccountantOptions::json).toList());
      console.out().println(Json.line(members));
    } else {
      Table table = new Table();
      AccountantOptions.tell(table, spending, delta);
      console.out().print(table.lines(""));
      Table facts = new Table();
      facts.row("accountant:", accounting.name + ", " + AccountantOptions.text(spending));
      String label = "steps:";
      for (PrivateSteps each : all) {
        AccountantOptions.tell(facts, label, each);
        label = "";
      }
      console.out().print(facts.lines("  "));
    }
    console.out().flush();
    return ExitCode.DONE;
  }

  private List<PrivateSteps> all() {
    List<PrivateSteps> all = new ArrayList<>();
    if (rate != null && noise != null && steps != null) {
      all.add(new PrivateSteps(rate, noise, steps));
    } else if (rate != null || noise != null || steps != null || accounting.phases.isEmpty()) {
      throw new EspalierException(
          ErrorCode.BAD_COMMAND,
          "steps are given by --sampling-rate, --noise and --steps together, or by --phase",
          "not all of them",
          "give the three, as in --sampling-rate 0.01 --noise 1.1 --steps 1000");
    }
    all.addAll(accounting.steps());
    return all;
  }
}
