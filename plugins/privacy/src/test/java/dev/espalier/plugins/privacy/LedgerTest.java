package dev.espalier.plugins.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.privacy.Accountant;
import dev.espalier.api.privacy.Budget;
import dev.espalier.api.privacy.PrivateSteps;
import dev.espalier.api.privacy.Spending;
import dev.espalier.api.training.ExampleSampling;
import dev.espalier.api.training.RunGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LedgerTest {
  /** Each step costs its rate over its noise. */
  private static final Accountant SUM =
      (steps, delta) ->
          new Spending(
              steps.stream()
                  .mapToDouble(s -> s.count() * s.samplingRate() / s.noiseMultiplier())
                  .sum(),
              0,
              Spending.Kind.BOUND,
              "");

  /** Lines in memory. */
  private static final class Lines implements RunGuard.Journal {
    private final List<String> lines = new ArrayList<>();

    @Override
    public List<String> before() {
      return List.copyOf(lines);
    }

    @Override
    public void append(String line) {
      lines.add(line);
    }
  }

  private final Lines journal = new Lines();

  private static Ledger.Mechanism gaussian(double noise) {
    return rate -> step -> List.of(new PrivateSteps(rate, noise, 1));
  }

  private RunGuard.Watch open(double noise, double epsilon, long first, ExampleSampling sampling) {
    return new Ledger(gaussian(noise), SUM, new Budget(epsilon, 1e-5), new Noise.Secure(), 0)
        .open(new RunGuard.Facts(100, 25, first, sampling), journal);
  }

  private RunGuard.Watch open(double noise, double epsilon, long first) {
    return open(noise, epsilon, first, ExampleSampling.SECRET_POISSON);
  }

  private static int steps(RunGuard.Watch watch, long from, int most) {
    for (int i = 0; i < most; i++) {
      if (watch.before(from + i).isPresent()) {
        return i;
      }
    }
    return most;
  }

  @Test
  void theStepThatWouldExceedTheTargetDoesNotBegin() {
    RunGuard.Watch watch = open(1, 1, 0);
    assertThat(watch.report()).containsEntry("epsilon", 0.0);
    assertThat(steps(watch, 0, 10)).isEqualTo(4);
    assertThat(journal.lines).hasSize(4).allMatch(line -> line.equals("rate 0.25 noise 1.0"));
    assertThat(watch.report()).isEqualTo(Map.of("epsilon", 1.0, "delta", 1e-5));
    assertThat(watch.before(4).orElseThrow()).contains("1.25 of 1.0").contains("spent is 1.0");
    assertThat(journal.lines).hasSize(4);
  }

  @Test
  void aStepIsInTheJournalBeforeItBegins() {
    RunGuard.Watch watch = open(1, 10, 0);
    for (int i = 0; i < 3; i++) {
      assertThat(watch.before(i)).isEmpty();
      assertThat(journal.lines).hasSize(i + 1);
    }
  }

  @Test
  void whatWasDoneAfterTheCheckpointStaysSpent() {
    steps(open(1, 2, 0), 0, 5);
    RunGuard.Watch again = open(1, 2, 3);
    assertThat(again.report()).containsEntry("epsilon", 1.25);
    assertThat(steps(again, 3, 10)).isEqualTo(3);
  }

  @Test
  void unlikeStepsCompose() {
    steps(open(1, 10, 0), 0, 4);
    RunGuard.Watch other = open(2, 10, 4);
    assertThat(steps(other, 4, 3)).isEqualTo(3);
    assertThat(other.report()).containsEntry("epsilon", 1 + 3 * 0.125);
    RunGuard.Watch back = open(1, 10, 7);
    steps(back, 7, 1);
    assertThat(back.report()).containsEntry("epsilon", 1.25 + 3 * 0.125);
  }

  @Test
  void aJournalThatForgotStepsIsRefused() {
    steps(open(1, 10, 0), 0, 4);
    assertThatThrownBy(() -> open(1, 10, 5))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("a journal of 4 steps");
    journal.lines.set(2, "rate 2 noise 1");
    assertThatThrownBy(() -> open(1, 10, 4)).isInstanceOf(EspalierException.class);
    journal.lines.set(2, "something else");
    assertThatThrownBy(() -> open(1, 10, 4))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("something else");
  }

  @Test
  void withoutNoiseNothingIsBegun() {
    RunGuard.Watch watch = open(0, 10, 0);
    assertThatThrownBy(() -> watch.before(0))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("noise");
    assertThat(journal.lines).isEmpty();
  }

  @Test
  void figuresThatHoldUnderConditionsSaySo() {
    RunGuard.Watch shuffled = open(1, 10, 0, ExampleSampling.ANY);
    assertThat(shuffled.report()).containsKey("epsilon_if_it_were_poisson");
    RunGuard.Watch seeded =
        new Ledger(gaussian(1), SUM, new Budget(1, 1e-5), new Noise.Seeded(), 0)
            .open(new RunGuard.Facts(100, 25, 0, ExampleSampling.POISSON), journal);
    assertThat(seeded.report()).containsKey("epsilon_unless_seed_known");
    assertThat(seeded.notes())
        .anyMatch(note -> note.contains("not private against an observer of the seed"));
    Accountant near = (steps, delta) -> new Spending(0.5, 0, Spending.Kind.APPROXIMATION, "near");
    RunGuard.Watch approximate =
        new Ledger(gaussian(1), near, new Budget(1, 1e-5), new Noise.Secure(), 0)
            .open(new RunGuard.Facts(100, 25, 0, ExampleSampling.SECRET_POISSON), journal);
    assertThat(approximate.report()).containsKey("epsilon_approximately");
  }

  @Test
  void theSameGroupIsNotAddedTwiceOver() {
    List<List<PrivateSteps>> asked = new ArrayList<>();
    Accountant watching =
        (steps, delta) -> {
          asked.add(steps);
          return Spending.nothing();
        };
    RunGuard.Watch watch =
        new Ledger(gaussian(1), watching, new Budget(1, 1e-5), new Noise.Secure(), 0)
            .open(new RunGuard.Facts(100, 25, 0, ExampleSampling.SECRET_POISSON), journal);
    steps(watch, 0, 3);
    assertThat(asked.getLast()).containsExactly(new PrivateSteps(0.25, 1, 3));
  }

  /** Two releases a step, one of which every example is in. */
  @Test
  void aStepOfTwoReleasesIsOneLineAndBothCount() {
    Ledger ledger =
        new Ledger(
            rate -> step -> List.of(new PrivateSteps(rate, 1, 1), new PrivateSteps(1, 4, 1)),
            SUM,
            new Budget(2, 1e-5),
            new Noise.Secure(),
            0);
    RunGuard.Facts facts = new RunGuard.Facts(100, 25, 0, ExampleSampling.SECRET_POISSON);
    assertThat(steps(ledger.open(facts, journal), 0, 10)).isEqualTo(4);
    assertThat(journal.lines).hasSize(4).allMatch("rate 0.25 noise 1.0 rate 1.0 noise 4.0"::equals);
    assertThat(ledger.open(facts, journal).report()).containsEntry("epsilon", 2.0);
    // A checkpoint of 5 steps knows more than the journal's 4, whatever each released.
    assertThatThrownBy(() ->
            ledger.open(new RunGuard.Facts(100, 25, 5, ExampleSampling.SECRET_POISSON), journal))
        .isInstanceOf(EspalierException.class);
    journal.lines.set(1, "rate 0.25 noise 1.0 rate 1.0");
    assertThatThrownBy(() -> ledger.open(facts, journal))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("rate 0.25 noise 1.0 rate 1.0");
  }

  /** It never allows more than the next step, and that one though it had said that it exceeds. */
  @Test
  void anAccountantThatChangesItsMindIsAskedBeforeEveryStep() {
    Accountant moody =
        (steps, delta) -> {
          long total = steps.stream().mapToLong(PrivateSteps::count).sum();
          return total > journal.lines.size() + 1
              ? new Spending(1000, 0, Spending.Kind.BOUND, "")
              : SUM.spent(steps, delta);
        };
    RunGuard.Watch watch =
        new Ledger(gaussian(1), moody, new Budget(5, 1e-5), new Noise.Secure(), 1)
            .open(new RunGuard.Facts(100, 25, 0, ExampleSampling.SECRET_POISSON), journal);
    assertThat(steps(watch, 0, 100)).isEqualTo(20);
    assertThat(watch.report()).containsEntry("epsilon", 5.0);
  }

  private static int run(double ahead, long from, Accountant accountant, List<Double> told) {
    Lines lines = new Lines();
    for (long i = 0; i < from; i++) {
      lines.append("rate 0.25 noise 1.0");
    }
    RunGuard.Watch watch =
        new Ledger(gaussian(1), accountant, new Budget(501.3, 1e-5), new Noise.Secure(), ahead)
            .open(new RunGuard.Facts(100, 25, from, ExampleSampling.SECRET_POISSON), lines);
    int steps = 0;
    while (watch.before(from + steps).isEmpty()) {
      steps++;
      told.add(watch.report().get("epsilon"));
    }
    return steps;
  }

  @Test
  void anAccountantThatIsAskedAheadIsAskedSeldomAndAllowsTheSameSteps() {
    for (long from : new long[] {0, 7, 1500}) {
      AtomicInteger asked = new AtomicInteger();
      Accountant counting =
          (steps, delta) -> {
            asked.incrementAndGet();
            return SUM.spent(steps, delta);
          };
      List<Double> exact = new ArrayList<>();
      List<Double> bounds = new ArrayList<>();
      int most = run(0, from, SUM, exact);
      assertThat(most).isEqualTo((int) (2005 - from));
      assertThat(run(1.0 / 32, from, counting, bounds)).isEqualTo(most);
      assertThat(asked.get()).isLessThan(250);
      for (int i = 0; i < most; i++) {
        assertThat(bounds.get(i))
            .isGreaterThanOrEqualTo(exact.get(i))
            .isLessThanOrEqualTo(Math.min(exact.get(i) * 33 / 32 + 0.25, 501.3));
      }
      assertThat(bounds.getLast()).isEqualTo(exact.getLast());
    }
  }
}
