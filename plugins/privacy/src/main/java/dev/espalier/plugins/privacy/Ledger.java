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

/**
 * What a private run has spent, and the end of the run before the step that would spend too much.
 *
 * <p>Each step is in the journal before it begins. Steps that a killed run did after its last
 * checkpoint are spent, and are spent once more when they are done again with fresh noise. Steps of
 * earlier settings stay what they were: unlike steps compose.
 *
 * @param mechanism what a step costs
 * @param accountant adds up
 * @param budget what may be spent
 * @param noise how the noise is drawn, which says what the figures are worth
 */
record Ledger(Mechanism mechanism, Accountant accountant, Budget budget, Noise noise)
    implements RunGuard {
  /** What a step releases. */
  interface Mechanism {
    /**
     * One step as a subsampled Gaussian.
     *
     * @param step the number of steps already done
     * @param rate the probability with which an example is in the step's batch
     */
    PrivateSteps step(long step, double rate);
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
    long known = spent.stream().mapToLong(PrivateSteps::count).sum();
    if (known < run.firstStep()) {
      throw new EspalierException(
          ErrorCode.CHECKPOINT_MISMATCH,
          "the journal of a private run tells of every step that it did",
          "a checkpoint of step " + run.firstStep() + " and a journal of " + known + " steps",
          "restore privacy.journal of the run's folder; what was spent cannot be known without it");
    }
    return new Watching(run, journal, spent);
  }

  private final class Watching implements Watch {
    private final Facts run;
    private final Journal journal;
    private final List<PrivateSteps> spent;
    private Spending told;

    Watching(Facts run, Journal journal, List<PrivateSteps> spent) {
      this.run = run;
      this.journal = journal;
      this.spent = spent;
      this.told = accountant.spent(List.copyOf(spent), budget.delta());
    }

    @Override
    public Optional<String> before(long step) {
      double rate = Math.min(1, (double) run.batch() / run.examples());
      PrivateSteps next = mechanism.step(step, rate);
      List<PrivateSteps> after = new ArrayList<>(spent);
      spend(after, next);
      Spending total = accountant.spent(List.copyOf(after), budget.delta());
      if (!(total.epsilon() <= budget.epsilon())) {
        return Optional.of(
            "another step would spend epsilon %s of %s at delta %s; spent is %s"
                .formatted(total.epsilon(), budget.epsilon(), budget.delta(), told.epsilon()));
      }
      journal.append(written(next));
      spend(spent, next);
      told = total;
      return Optional.empty();
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

  private static String written(PrivateSteps one) {
    return "rate " + one.samplingRate() + " noise " + one.noiseMultiplier();
  }

  private static PrivateSteps parsed(String line) {
    String[] words = line.split(" ", -1);
    try {
      if (words.length == 4 && words[0].equals("rate") && words[2].equals("noise")) {
        return new PrivateSteps(Double.parseDouble(words[1]), Double.parseDouble(words[3]), 1);
      }
    } catch (NumberFormatException e) {
      // The same as any other line that is none of ours.
    }
    throw new EspalierException(
        ErrorCode.BAD_FILE,
        "a line of a privacy journal, as in: rate 0.04 noise 1.1",
        line,
        "restore privacy.journal of the run's folder");
  }
}
