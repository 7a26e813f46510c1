package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.BackendProvider.Probe;
import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.api.backend.BackendProvider.Usable;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.training.Extensions;
import dev.espalier.training.trainer.Backends;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chooses among the backends that the plugins offer: the one that is named, or else the best that
 * is usable here. Best is any other before {@code cpu}, which runs everywhere; of several the first
 * by name. A backend that is named and cannot be used is an error, never another one silently.
 */
public final class BackendSelection implements Backends {
  private static final String EVERYWHERE = "cpu";

  private final Extensions extensions;
  private final List<String> names;

  /**
   * @param extensions makes the providers
   * @param names the names at {@link ExtensionPoint#BACKEND}
   */
  public BackendSelection(Extensions extensions, Collection<String> names) {
    this.extensions = extensions;
    this.names =
        names.stream()
            .sorted(
                Comparator.<String, Boolean>comparing(EVERYWHERE::equals)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
  }

  /**
   * A backend and what its look around gave.
   *
   * @param name the registered name
   * @param probe usable, or why not
   */
  public record Candidate(String name, Probe probe) {}

  /** Every backend, best first, each having looked around. */
  public List<Candidate> candidates() {
    return names.stream().map(name -> new Candidate(name, probe(name))).toList();
  }

  /**
   * Opens a backend.
   *
   * @param name which one; the best usable where absent
   * @param options for the backend, such as {@code threads}
   * @throws EspalierException UNKNOWN_NAME, or BACKEND_UNAVAILABLE with the reason
   */
  @Override
  public Backend open(Optional<String> name, Map<String, String> options) {
    String chosen = choose(name);
    BackendProvider provider = provider(chosen);
    return switch (probe(chosen)) {
      case Usable _ -> provider.open(options);
      case Unusable(String reason, String repair) ->
          throw new EspalierException(
              ErrorCode.BACKEND_UNAVAILABLE, "backend '" + chosen + "'", reason, repair);
    };
  }

  /**
   * The name of the backend that {@link #open} opens.
   *
   * @param name which one; the best usable where absent
   * @throws EspalierException BACKEND_UNAVAILABLE where none is named and none is usable
   */
  public String choose(Optional<String> name) {
    return name.orElseGet(this::best);
  }

  private String best() {
    StringBuilder reasons = new StringBuilder();
    for (Candidate candidate : candidates()) {
      switch (candidate.probe()) {
        case Usable _ -> {
          return candidate.name();
        }
        case Unusable(String reason, String _) ->
            reasons
                .append(reasons.isEmpty() ? "" : "; ")
                .append(candidate.name())
                .append(": ")
                .append(reason);
      }
    }
    throw new EspalierException(
        ErrorCode.BACKEND_UNAVAILABLE,
        "a backend that can run here",
        reasons.isEmpty() ? "no plugin registers a backend" : reasons.toString(),
        "add a backend's plugin, such as backend-cpu");
  }

  private BackendProvider provider(String name) {
    return extensions.create(ExtensionPoint.BACKEND, name, Map.of());
  }

  private Probe probe(String name) {
    try {
      return provider(name).probe();
    } catch (EspalierException e) {
      if (e.code() == ErrorCode.UNKNOWN_NAME) {
        throw e;
      }
      return new Unusable(e.asked() + ": " + e.found(), e.repair());
    } catch (RuntimeException | LinkageError e) {
      // The contract says that a probe never throws; a plugin's fault must not end the listing.
      return new Unusable("its probe failed: " + Explanation.of(e), "tell the plugin's author");
    }
  }
}
