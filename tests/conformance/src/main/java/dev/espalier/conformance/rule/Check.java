package dev.espalier.conformance.rule;

import java.util.stream.Stream;

/**
 * How a rule is tried on a kind of subject.
 *
 * @param <S> the kind of subject
 * @param rule the rule's id
 * @param trials gives the trials
 */
public record Check<S extends Subject>(String rule, Trials<? super S> trials) {
  /** Gives trials of a rule; no trial where the rule says nothing of the subject. */
  @FunctionalInterface
  public interface Trials<S> {
    /** The trials; making them is cheap, running them need not be. Their names differ. */
    Stream<Trial> of(S subject, Tier tier);
  }

  /** A check of one trial, the same in both tiers. */
  public static <S extends Subject> Check<S> single(String rule, Single<? super S> single) {
    return new Check<>(
        rule,
        (subject, tier) ->
            Stream.of(new Trial(subject.name(), findings -> single.run(subject, findings))));
  }

  /** A check of one trial that takes too long for the quick tier. */
  public static <S extends Subject> Check<S> singleOfFull(String rule, Single<? super S> single) {
    Check<S> check = single(rule, single);
    return new Check<>(
        rule,
        (subject, tier) -> tier == Tier.FULL ? check.trials().of(subject, tier) : Stream.empty());
  }

  /** One trial of a subject. */
  @FunctionalInterface
  public interface Single<S> {
    /** Notes what it finds. */
    void run(S subject, Findings findings) throws Exception;
  }
}
