package dev.espalier.conformance.subject;

import dev.espalier.conformance.golden.GoldenFile;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Subject;
import java.util.Map;
import java.util.Optional;

/**
 * An activation, loss, optimizer, gradient estimator, schedule or initializer that a plugin
 * registers.
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
}
