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
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Chooses among the backends that the plugins offer: the one that is named, or else the best that
 * is usable here. Best is any other before {@code cpu}, which runs everywhere; of several the first
 * by name. A backend of a folder of plugins is used only where it is named: that a jar lies there
 * changes no run. A backend that is named and cannot be used is an error, never another one
 * silently.
 */
public final class BackendSelection implements Backends {
  private static final String EVERYWHERE = "cpu";

  private final Extensions extensions;
  private final List<String> names;
  private final Set<String> byNameOnly;

  /**
   * @param extensions makes the providers
   * @param names the names at {@link ExtensionPoint#BACKEND}
   * @param byNameOnly those of them that are used only where they are named
   */
  public BackendSelection(
      Extensions extensions, Collection<String> names, Collection<String> byNameOnly) {
    this.extensions = extensions;
    this.names =
        names.stream()
            .sorted(
                Comparator.<String, Boolean>comparing(byNameOnly::contains)
                    .thenComparing(EVERYWHERE::equals)
                    .thenComparing(Comparator.naturalOrder()))
            .toList();
    this.byNameOnly = Set.copyOf(byNameOnly);
  }

  /**
   * A backend and what its look around gave.
   *
   * @param name the registered name
   * @param probe usable, or why not
   * @param byNameOnly whether it is used only where it is named
   */
  public record Candidate(String name, Probe probe, boolean byNameOnly) {}

  /** Every backend, best first, each having looked around. */
  public List<Candidate> candidates() {
    return names.stream()
        .map(name -> new Candidate(name, probe(name), byNameOnly.contains(name)))
        .toList();
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
      case Usable _ ->
          provider.open(
              options,
              products -> extensions.create(ExtensionPoint.MATRIX_PRODUCTS, products, Map.of()));
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
    List<String> reasons = new ArrayList<>();
    for (Candidate candidate : candidates()) {
      switch (candidate.probe()) {
        case Usable _ when !candidate.byNameOnly() -> {
          return candidate.name();
        }
        case Usable _ ->
            reasons.add(
                candidate.name() + ": of a folder of plugins, so used only where it is named");
        case Unusable(String reason, String _) -> reasons.add(candidate.name() + ": " + reason);
      }
    }
    throw new EspalierException(
        ErrorCode.BACKEND_UNAVAILABLE,
        "a backend that can run here",
        reasons.isEmpty() ? "no plugin registers a backend" : String.join("; ", reasons),
        "name a backend, or add a backend's plugin, such as backend-cpu");
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
