package dev.espalier.host;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.host.Contributions.PointAndName;
import dev.espalier.host.Quarantined.Phase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Asks plugins one after the other for what they offer; the fault of one stays its own. */
final class Discovery {
  private static final Pattern ID = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");

  /** Where a service loader goes on failing without end. */
  private static final int MOST_FAULTS = 1000;

  /** A chain of causes may be a ring. */
  private static final int MOST_CAUSES = 8;

  private final Map<String, List<Known>> byId = new TreeMap<>();
  private final List<Quarantined> quarantined = new ArrayList<>();
  private final Map<PointAndName, Quarantined> lost = new LinkedHashMap<>();
  private final List<PluginInfo> plugins = new ArrayList<>();
  private final Map<PointAndName, List<Registration<?>>> offers = new LinkedHashMap<>();

  /** A plugin that said who it is. */
  private record Known(Plugin plugin, PluginInfo info) {}

  /** Finds the providers that a loader sees. */
  void load(ServiceLoader<Plugin> loader) {
    Iterator<ServiceLoader.Provider<Plugin>> providers = loader.stream().iterator();
    int faults = 0;
    while (faults < MOST_FAULTS) {
      try {
        if (!providers.hasNext()) {
          return;
        }
        construct(providers.next());
      } catch (ServiceConfigurationError | LinkageError e) {
        faults++;
        quarantine(
            "(unread provider)",
            Phase.LOAD,
            e,
            "repair or remove the jar whose META-INF/services or module descriptor names it");
      }
    }
  }

  // A plugin may throw anything, errors too: here and below it is reported, not swallowed.
  private void construct(ServiceLoader.Provider<Plugin> provider) {
    String type = provider.type().getName();
    try {
      identify(provider.get());
    } catch (Throwable e) {
      quarantine(type, Phase.CONSTRUCT, e, "repair the plugin, or remove its jar");
    }
  }

  /** Asks a plugin who it is. */
  void identify(Plugin plugin) {
    String type = plugin.getClass().getName();
    PluginInfo info;
    try {
      info = Objects.requireNonNull(plugin.info(), "info() is null");
    } catch (Throwable e) {
      quarantine(type, Phase.IDENTIFY, e, "repair the plugin, or remove its jar");
      return;
    }
    if (!ID.matcher(info.id()).matches()) {
      quarantined.add(
          new Quarantined(
              type,
              Phase.IDENTIFY,
              "its id '" + info.id() + "' is not lower case words joined by dots or hyphens",
              "give the plugin another id"));
    } else if (info.apiVersion() != PluginInfo.API_VERSION) {
      quarantined.add(
          new Quarantined(
              info.id(),
              Phase.API_VERSION,
              "it was built against version %d of the plugin API; this is version %d"
                  .formatted(info.apiVersion(), PluginInfo.API_VERSION),
              "take a version of the plugin that was built against version %d"
                  .formatted(PluginInfo.API_VERSION)));
    } else {
      byId.computeIfAbsent(info.id(), _ -> new ArrayList<>()).add(new Known(plugin, info));
    }
  }

  /** Asks every plugin that is known for its contributions, in the order of their ids. */
  PluginCatalog finish() {
    byId.forEach((id, known) -> {
      if (known.size() > 1) {
        quarantineDuplicates(id, known);
      } else {
        contribute(known.getFirst());
      }
    });
    return new PluginCatalog(plugins, offers, quarantined, lost);
  }

  private void quarantineDuplicates(String id, List<Known> known) {
    String types =
        known.stream()
            .map(k -> k.plugin().getClass().getName())
            .sorted()
            .collect(Collectors.joining(" and "));
    Quarantined reason =
        new Quarantined(
            id,
            Phase.DUPLICATE_ID,
            "several plugins have this id: " + types,
            "remove all but one of them");
    quarantined.add(reason);
    // Asked all the same, so that whoever needs one of their names learns why it is not there.
    for (Known one : known) {
      Contributions contributions = new Contributions(one.info());
      ask(one, contributions);
      lose(contributions.registrations().keySet(), reason);
    }
  }

  private void contribute(Known known) {
    Contributions contributions = new Contributions(known.info());
    Optional<Throwable> thrown = ask(known, contributions);
    String id = known.info().id();
    if (contributions.fault().isPresent()) {
      quarantined.add(
          new Quarantined(
              id,
              Phase.REGISTER,
              contributions.fault().get(),
              "repair what the plugin registers, or remove its jar"));
      lose(contributions.registrations().keySet(), quarantined.getLast());
    } else if (thrown.isPresent()) {
      quarantine(id, Phase.CONTRIBUTE, thrown.get(), "repair the plugin, or remove its jar");
      lose(contributions.registrations().keySet(), quarantined.getLast());
    } else {
      plugins.add(known.info());
      contributions
          .registrations()
          .forEach((key, r) -> offers.computeIfAbsent(key, _ -> new ArrayList<>()).add(r));
    }
  }

  private static Optional<Throwable> ask(Known known, Contributions contributions) {
    try {
      known.plugin().contribute(contributions);
      return Optional.empty();
    } catch (Throwable e) {
      return Optional.of(e);
    } finally {
      contributions.close();
    }
  }

  private void lose(Collection<PointAndName> names, Quarantined reason) {
    names.forEach(name -> lost.putIfAbsent(name, reason));
  }

  private void quarantine(String plugin, Phase phase, Throwable thrown, String repair) {
    quarantined.add(new Quarantined(plugin, phase, explain(thrown), repair));
  }

  /** The chain of causes in one line, the outermost first. */
  static String explain(Throwable thrown) {
    List<String> parts = new ArrayList<>();
    Throwable next = thrown;
    while (next != null && parts.size() < MOST_CAUSES) {
      String message = next.getMessage() == null ? "" : next.getMessage().strip();
      String first = message.lines().findFirst().orElse("");
      parts.add(next.getClass().getSimpleName() + (first.isEmpty() ? "" : ": " + first));
      next = next.getCause();
    }
    return String.join("; because of ", parts);
  }
}
