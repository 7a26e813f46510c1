package dev.espalier.conformance.subject;

import dev.espalier.conformance.golden.Claims;
import dev.espalier.conformance.golden.Finding;
import dev.espalier.conformance.golden.GoldenFile;
import dev.espalier.conformance.golden.GoldenPoints;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Subject;
import java.util.Map;
import java.util.Optional;

/**
 * An activation, loss, optimizer, gradient estimator, schedule, initializer or accountant that a
 * plugin registers.
 *
 * @param <T> what it is
 * @param registered the registration
 * @param golden its golden points, where it has any
 * @param gaps what its author knows to be wrong with it
 */
public record ExtensionSubject<T>(
    Registered<T> registered, Optional<GoldenFile> golden, KnownGaps gaps) implements Subject {
  @Override
  public String name() {
    return registered.point().name() + " " + registered.name();
  }

  /** The extension with its default hyperparameters. */
  public T extension() {
    return registered.create(Map.of());
  }

  /** What its golden file claims. */
  public Claims claims() {
    return golden.map(GoldenFile::claims).orElse(Claims.NONE);
  }

  /**
   * Its golden points as a rule: everything in the file holds.
   *
   * @param findings notes that there is no file, and every point that is off
   */
  public void holdsGoldenPoints(Findings findings) {
    if (golden.isEmpty()) {
      findings.problem("there is no file " + registered.name() + ".golden.csv beside the plugin");
      return;
    }
    if (golden.get().sections().isEmpty()) {
      findings.problem("there are no points in " + registered.name() + ".golden.csv");
    }
    for (Finding finding : GoldenPoints.check(registered, golden.get())) {
      findings.problem(finding.toString());
    }
  }
}
