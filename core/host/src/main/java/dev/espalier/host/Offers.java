package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.host.Contributions.PointAndName;
import dev.espalier.training.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was found: who offers what, and what was set aside. A name is looked up as {@code name}, or
 * as {@code name@plugin-id}.
 */
final class Offers {
  private final Map<String, LoadedPlugin> plugins = new TreeMap<>();

  /** By point and name, those of every plugin. */
  private final Map<String, Map<String, List<Registration<?>>>> registrations = new TreeMap<>();

  private final List<Quarantined> quarantined;
  private final Map<PointAndName, Quarantined> lost;

  Offers(
      List<LoadedPlugin> plugins,
      List<Registration<?>> registrations,
      List<Quarantined> quarantined,
      Map<PointAndName, Quarantined> lost) {
    plugins.forEach(plugin -> this.plugins.put(plugin.info().id(), plugin));
    registrations.forEach(r ->
        this.registrations
            .computeIfAbsent(r.point().name(), _ -> new TreeMap<>())
            .computeIfAbsent(r.name(), _ -> new ArrayList<>())
            .add(r));
    this.quarantined = List.copyOf(quarantined);
    this.lost = new LinkedHashMap<>(lost);
  }

  /** A name as it is written in a run file. */
  private record Address(String name, Optional<String> plugin) {
    static Address of(String text) {
      int at = text.indexOf('@');
      return at < 0
          ? new Address(text, Optional.empty())
          : new Address(text.substring(0, at), Optional.of(text.substring(at + 1)));
    }

    boolean isOf(Registration<?> registration) {
      return plugin.isEmpty() || plugin.get().equals(registration.plugin().id());
    }
  }

  /** The plugins that are used, by id. */
  List<LoadedPlugin> plugins() {
    return List.copyOf(plugins.values());
  }

  List<Quarantined> quarantined() {
    return quarantined;
  }

  /** The names of several plugins. */
  List<Contested> contested() {
    List<Contested> contested = new ArrayList<>();
    registrations.forEach((point, names) ->
        names.forEach((name, offered) -> {
          if (offered.size() > 1) {
            contested.add(contest(point, name, offered));
          }
        }));
    return List.copyOf(contested);
  }

  private Contested contest(String point, String name, List<Registration<?>> offered) {
    return new Contested(point, name, offered.stream().map(this::pluginOf).toList());
  }

  LoadedPlugin pluginOf(Registration<?> registration) {
    LoadedPlugin plugin = plugins.get(registration.plugin().id());
    if (plugin == null) {
      throw new IllegalStateException("no plugin " + registration.plugin().id());
    }
    return plugin;
  }

  /** Everything that goes by its name alone, by point and name. */
  List<Registration<?>> registrations() {
    return registrations.values().stream()
        .flatMap(names -> names.values().stream())
        .filter(offered -> offered.size() == 1)
        .<Registration<?>>flatMap(List::stream)
        .toList();
  }

  /** By every name that finds one at a point: contested ones with their plugin's id. */
  Map<String, Registration<?>> namesAt(String point) {
    Map<String, Registration<?>> names = new TreeMap<>();
    registrations
        .getOrDefault(point, Map.of())
        .forEach((name, offered) ->
            offered.forEach(
                r -> names.put(offered.size() == 1 ? name : name + "@" + r.plugin().id(), r)));
    return names;
  }

  /** Whether a name finds one. */
  boolean has(String point, String text) {
    return at(point, Address.of(text)).size() == 1;
  }

  private List<Registration<?>> at(String point, Address address) {
    return registrations
        .getOrDefault(point, Map.of())
        .getOrDefault(address.name(), List.of())
        .stream()
        .filter(address::isOf)
        .toList();
  }

  /**
   * The one of a name at a point.
   *
   * @param bound names that somebody else knows, for the message
   * @throws EspalierException UNKNOWN_NAME, DUPLICATE_NAME, PLUGIN_FAULT
   */
  Registration<?> find(String point, String text, Set<String> bound) {
    Address address = Address.of(text);
    List<Registration<?>> found = at(point, address);
    if (found.size() == 1) {
      return found.getFirst();
    }
    if (found.size() > 1) {
      throw contestedError(contest(point, address.name(), found));
    }
    refuseLost(Stream.of(new PointAndName(point, address.name())), address);
    Set<String> known = new TreeSet<>(namesAt(point).keySet());
    List<Registration<?>> ofOthers = at(point, new Address(address.name(), Optional.empty()));
    if (!ofOthers.isEmpty()) {
      throw ofOtherPlugins(point + " '" + text + "'", address, ofOthers);
    }
    known.addAll(bound);
    String names = known.isEmpty() ? "there is none" : "known: " + String.join(", ", known);
    throw new EspalierException(
        ErrorCode.UNKNOWN_NAME,
        point + " '" + text + "'",
        "no plugin registers it; " + names + andQuarantined(),
        Suggestions.didYouMean(
            text, known, "name one of those known, or add the plugin that registers it"));
  }

  /**
   * Those of a name at every point; at least one.
   *
   * @throws EspalierException UNKNOWN_NAME, DUPLICATE_NAME, PLUGIN_FAULT
   */
  List<Registration<?>> find(String text) {
    Address address = Address.of(text);
    List<Registration<?>> found =
        registrations.keySet().stream()
            .map(point -> at(point, address))
            .filter(offered -> offered.size() == 1)
            .<Registration<?>>flatMap(List::stream)
            .toList();
    if (!found.isEmpty()) {
      return found;
    }
    for (Contested contested : contested()) {
      if (contested.name().equals(address.name()) && address.plugin().isEmpty()) {
        throw contestedError(contested);
      }
    }
    refuseLost(lost.keySet().stream().filter(key -> key.name().equals(address.name())), address);
    List<Registration<?>> ofOthers =
        registrations.values().stream()
            .<Registration<?>>flatMap(
                names -> names.getOrDefault(address.name(), List.of()).stream())
            .toList();
    if (!ofOthers.isEmpty()) {
      throw ofOtherPlugins("'" + text + "' is an extension's name", address, ofOthers);
    }
    Set<String> known = new TreeSet<>();
    registrations.keySet().forEach(point -> known.addAll(namesAt(point).keySet()));
    throw new EspalierException(
        ErrorCode.UNKNOWN_NAME,
        "'" + text + "' is an extension's name",
        "no plugin registers it" + andQuarantined(),
        Suggestions.didYouMean(text, known, "see the names with: espalier plugins list"));
  }

  private static EspalierException ofOtherPlugins(
      String asked, Address address, List<Registration<?>> others) {
    List<String> ids = others.stream().map(r -> r.plugin().id()).distinct().toList();
    return new EspalierException(
        ErrorCode.UNKNOWN_NAME,
        asked,
        "the plugin '"
            + address.plugin().orElse("")
            + "' does not register it; registered by "
            + String.join(", ", ids),
        Suggestions.didYouMean(
            address.plugin().orElse(""), ids, "write " + address.name() + "@" + ids.getFirst()));
  }

  private static EspalierException contestedError(Contested contested) {
    return new EspalierException(
        ErrorCode.DUPLICATE_NAME,
        contested.point() + " '" + contested.name() + "'",
        "registered by " + contested.offers(),
        "write "
            + String.join(" or ", contested.addresses())
            + ", or remove all but one of these plugins");
  }

  private void refuseLost(Stream<PointAndName> keys, Address address) {
    for (PointAndName key : keys.toList()) {
      Quarantined reason = lost.get(key);
      if (reason != null
          && (address.plugin().isEmpty() || address.plugin().get().equals(reason.plugin()))) {
        throw new EspalierException(
            ErrorCode.PLUGIN_FAULT,
            key.point() + " '" + key.name() + "' of the plugin " + reason.plugin(),
            "the plugin of " + reason.location() + " was set aside: " + reason.cause(),
            reason.repair());
      }
    }
  }

  private String andQuarantined() {
    return quarantined.isEmpty()
        ? ""
        : "; set aside, so not asked: "
            + quarantined.stream()
                .map(q -> q.plugin() + " (" + q.cause() + ")")
                .collect(Collectors.joining(", "));
  }
}
