package dev.espalier.plugins.privacy;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.Budget;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.RunGuard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/**
 * What a private run has spent, and the end of the run before the step that would spend too much.
 *
 * <p>An accountant that takes long is asked ahead: about some steps more than are to be done next.
 * What it says of these bounds what is spent after each of them, which is what is told meanwhile,
 * and where they are within the budget so are fewer. Before the budget ends it is asked about every
 * step, so that the run has as many as without this.
 *
 * <p>Each step is in the journal before it begins. Steps that a killed run did after its last
 * checkpoint are spent, and are spent once more when they are done again with fresh noise. Steps of
 * earlier settings stay what they were: unlike steps compose.
 *
 * @param mechanism what a step costs
 * @param accountant adds up
 * @param budget what may be spent
 * @param noise how the noise is drawn, which says what the figures are worth
 * @param ahead how far the accountant is asked ahead, as a part of the steps that were done; 0 asks
 *     before every step
 */
record Ledger(Mechanism mechanism, Accountant accountant, Budget budget, Noise noise, double ahead)
    implements RunGuard {
  /** What the steps of a run release. */
  interface Mechanism {
    /**
     * Each step as subsampled Gaussians, by the number of steps already done.
     *
     * @param rate the probability with which an example is in a step's batch
     */
    LongFunction<List<PrivateSteps>> at(double rate);
  }

  @Override
  public String name() {
    return "privacy";
  }

  /** The training loss is computed from the examples, without noise. */
  @Override
  public Set<String> withheld() {
    return Set.of("loss");
  }

  @Override
  public Watch open(Facts run, Journal journal) {
    List<PrivateSteps> spent = new ArrayList<>();
    journal.before().forEach(line -> spend(spent, parsed(line)));
    long known = journal.before().size();
    if (known < run.firstStep()) {
      throw new EspalierException(
          ErrorCode.CHECKPOINT_MISMATCH,
          "the journal of a private run tells of every step that it did",
          "a checkpoint of step " + run.firstStep() + " and a journal of " + known + " steps",
          "restore privacy.journal of the run's folder; what was spent cannot be known without it");
    }
    return new Watching(run, journal, spent, known);
  }

  private final class Watching implements Watch {
    private final Facts run;
    private final Journal journal;
    private final LongFunction<List<PrivateSteps>> releases;
    private final List<PrivateSteps> spent;
    private long done;
    private Spending told;

    /** So many steps more are within what was told. */
    private long covered;

    /** So many steps in all are known to exceed the budget. */
    private long exceeding = Long.MAX_VALUE;

    Watching(Facts run, Journal journal, List<PrivateSteps> spent, long done) {
      this.run = run;
      this.journal = journal;
      this.releases = mechanism.at(Math.min(1, (double) run.batch() / run.examples()));
      this.spent = spent;
      this.done = done;
      this.told = accountant.spent(List.copyOf(spent), budget.delta());
    }

    @Override
    public Optional<String> before(long step) {
      if (covered <= 0) {
        Spending next = ask(step);
        if (!allows(next)) {
          covered = 0;
          return Optional.of(
              "another step would spend epsilon %s of %s at delta %s; spent is %s"
                  .formatted(next.epsilon(), budget.epsilon(), budget.delta(), told.epsilon()));
        }
        told = next;
      }
      List<PrivateSteps> next = releases.apply(step);
      journal.append(written(next));
      spend(spent, next);
      done++;
      covered--;
      return Optional.empty();
    }

    /** Asks about as many steps more as are within the budget, or about the next one. */
    private Spending ask(long step) {
      // An accountant that answers otherwise than before may allow what exceeded the budget.
      covered = 1 + Math.clamp((exceeding - done - 1) / 2, 0, (long) (ahead * done));
      Spending total = after(step, covered);
      while (covered > 1 && !allows(total)) {
        exceeding = done + covered;
        covered /= 2;
        total = after(step, covered);
      }
      return total;
    }

    private boolean allows(Spending total) {
      return total.epsilon() <= budget.epsilon();
    }

    private Spending after(long step, long more) {
      List<PrivateSteps> after = new ArrayList<>(spent);
      for (long i = 0; i < more; i++) {
        spend(after, releases.apply(step + i));
      }
      return accountant.spent(List.copyOf(after), budget.delta());
    }

    @Override
    public Map<String, Double> report() {
      Map<String, Double> numbers = new LinkedHashMap<>();
      numbers.put(label(), told.epsilon());
      numbers.put("delta", budget.delta());
      return numbers;
    }

    /** The word says what the number is worth. */
    private String label() {
      StringBuilder label = new StringBuilder("epsilon");
      if (told.kind() == Spending.Kind.APPROXIMATION) {
        label.append("_approximately");
      }
      if (noise.sampling() != ExampleSampling.SECRET_POISSON) {
        label.append("_unless_seed_known");
      }
      if (!run.sampling().serves(noise.sampling())) {
        label.append("_if_it_were_poisson");
      }
      return label.toString();
    }

    @Override
    public List<String> notes() {
      return List.of(
          noise.note(),
          "the training loss is computed from the examples without noise and is not told;"
              + " what is measured on held-out examples is told and not protected",
          "spent before: epsilon %s of %s at delta %s"
              .formatted(told.epsilon(), budget.epsilon(), budget.delta()));
    }
  }

  private static void spend(List<PrivateSteps> spent, List<PrivateSteps> more) {
    more.forEach(one -> spend(spent, one));
  }

  /** Adds steps to groups of steps alike. */
  private static void spend(List<PrivateSteps> spent, PrivateSteps more) {
    for (int i = 0; i < spent.size(); i++) {
      PrivateSteps group = spent.get(i);
      if (group.times(0).equals(more.times(0))) {
        spent.set(i, group.times(group.count() + more.count()));
        return;
      }
    }
    spent.add(more);
  }

  private static String written(List<PrivateSteps> releases) {
    return releases.stream()
        .map(one -> "rate " + one.samplingRate() + " noise " + one.noiseMultiplier())
        .collect(Collectors.joining(" "));
  }

  private static List<PrivateSteps> parsed(String line) {
    String[] words = line.split(" ", -1);
    List<PrivateSteps> releases = new ArrayList<>();
    try {
      for (int i = 0; i + 3 < words.length; i += 4) {
        if (words[i].equals("rate") && words[i + 2].equals("noise")) {
          releases.add(
              new PrivateSteps(
                  Double.parseDouble(words[i + 1]), Double.parseDouble(words[i + 3]), 1));
        }
      }
    } catch (NumberFormatException e) {
      // The same as any other line that is none of ours.
    }
    if (releases.size() * 4 == words.length) {
      return releases;
    }
    throw new EspalierException(
        ErrorCode.BAD_FILE,
        "a line of a privacy journal, as in: rate 0.04 noise 1.1",
        line,
        "restore privacy.journal of the run's folder");
  }
}
