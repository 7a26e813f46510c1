package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.host.Contributions.PointAndName;
import dev.espalier.host.PluginOrigin.Kind;
import dev.espalier.host.Quarantined.Phase;
import dev.espalier.host.TimeLimit.Done;
import dev.espalier.host.TimeLimit.Late;
import dev.espalier.host.TimeLimit.Thrown;
import java.io.Closeable;
import java.time.Duration;
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

  /** The oldest plugin API that is still spoken. */
  private static final int OLDEST_API_VERSION = 1;

  /** Where a service loader goes on failing without end. */
  private static final int MOST_FAULTS = 1000;

  private static final String REPAIR = "repair the plugin, or remove its jar";

  private final TimeLimit limit;
  private final Optional<PluginLock> lock;
  private final Platform platform = Platform.ofProgram();
  private final ProgramOrigins program = new ProgramOrigins();
  private final Map<String, List<LoadedPlugin>> byId = new TreeMap<>();
  private final List<Quarantined> quarantined = new ArrayList<>();
  private final Map<PointAndName, Quarantined> lost = new LinkedHashMap<>();
  private final List<LoadedPlugin> plugins = new ArrayList<>();
  private final List<Registration<?>> registrations = new ArrayList<>();
  private final List<Closeable> contents = new ArrayList<>();

  Discovery(Duration timeLimit, Optional<PluginLock> lock) {
    this.limit = new TimeLimit(timeLimit);
    this.lock = lock;
  }

  /** Takes the plugins on the module path and on the class path of the running program. */
  void takeProgram() {
    ServiceLoader<Plugin> loader =
        ServiceLoader.load(Plugin.class, PluginCatalog.class.getClassLoader());
    iterate(
        loader,
        "(unread provider)",
        "the module path and the class path",
        "repair or remove the jar whose META-INF/services or module descriptor names it",
        provider -> {
          takeOfProgram(provider);
          return true;
        });
  }

  private void takeOfProgram(ServiceLoader.Provider<Plugin> provider) {
    String type = provider.type().getName();
    String location = ProgramOrigins.locationOf(provider.type());
    try {
      PluginOrigin origin = program.of(provider.type());
      if (lock.isPresent()) {
        String sha256 = origin.sha256().orElse("(none)");
        if (lock.get().of(sha256).isEmpty()) {
          throw UnitLoader.notPinned(sha256);
        }
      }
      construct(provider, type, origin);
    } catch (UnitFault fault) {
      quarantined.add(fault.quarantine(type, location));
    }
  }

  /** Takes a jar or a folder of jars. */
  void take(PluginUnit unit) {
    UnitLoader.Loaded loaded;
    try {
      loaded = new UnitLoader(platform).load(unit, lock);
    } catch (UnitFault fault) {
      quarantined.add(fault.quarantine(unit.name(), unit.path().toString()));
      return;
    }
    contents.add(loaded.content());
    iterate(
        loaded.providers(),
        unit.name(),
        unit.path().toString(),
        "repair the plugin: its META-INF/services or module descriptor names what is not there",
        provider -> {
          // A service loader goes on to the layers and class loaders above.
          if (!loaded.loader().equals(provider.type().getClassLoader())) {
            return false;
          }
          construct(provider, unit.name(), loaded.origin());
          return true;
        });
  }

  /** Takes a plugin that is there. */
  void take(Plugin plugin) {
    String type = plugin.getClass().getName();
    identify(plugin, type, new PluginOrigin(Kind.GIVEN, type, Optional.empty(), List.of()));
  }

  /** What is done with a provider; false to end. */
  private interface Take {
    boolean take(ServiceLoader.Provider<Plugin> provider);
  }

  private void iterate(
      ServiceLoader<Plugin> loader, String plugin, String location, String repair, Take take) {
    Iterator<ServiceLoader.Provider<Plugin>> providers = loader.stream().iterator();
    int faults = 0;
    while (faults < MOST_FAULTS) {
      try {
        if (!providers.hasNext() || !take.take(providers.next())) {
          return;
        }
      } catch (ServiceConfigurationError | LinkageError e) {
        faults++;
        quarantine(plugin, location, Phase.LOAD, e, repair);
      }
    }
  }

  // A plugin may throw anything, errors too: here and below it is reported, not swallowed.
  private void construct(
      ServiceLoader.Provider<Plugin> provider, String name, PluginOrigin origin) {
    ClassLoader loader = provider.type().getClassLoader();
    switch (limit.call("the constructor of " + provider.type().getName(), loader, provider::get)) {
      case Done<Plugin>(Plugin plugin) -> identify(plugin, name, origin);
      case Thrown<Plugin>(Throwable e) ->
          quarantine(name, origin.location(), Phase.CONSTRUCT, e, REPAIR);
      case Late<Plugin>(String found) ->
          quarantined.add(new Quarantined(name, origin.location(), Phase.CONSTRUCT, found, REPAIR));
    }
  }

  private void identify(Plugin plugin, String name, PluginOrigin origin) {
    String location = origin.location();
    switch (limit.call(
        "info() of " + plugin.getClass().getName(),
        plugin.getClass().getClassLoader(),
        () -> Objects.requireNonNull(plugin.info(), "info() is null"))) {
      case Done<PluginInfo>(PluginInfo info) ->
          wrongInfo(info, name, origin)
              .ifPresentOrElse(
                  quarantined::add,
                  () ->
                      byId.computeIfAbsent(info.id(), _ -> new ArrayList<>())
                          .add(new LoadedPlugin(info, origin, plugin)));
      case Thrown<PluginInfo>(Throwable e) -> quarantine(name, location, Phase.IDENTIFY, e, REPAIR);
      case Late<PluginInfo>(String found) ->
          quarantined.add(new Quarantined(name, location, Phase.IDENTIFY, found, REPAIR));
    }
  }

  private Optional<Quarantined> wrongInfo(PluginInfo info, String name, PluginOrigin origin) {
    if (!ID.matcher(info.id()).matches()) {
      return Optional.of(
          new Quarantined(
              name,
              origin.location(),
              Phase.IDENTIFY,
              "its id '" + info.id() + "' is not lower case words joined by dots or hyphens",
              "give the plugin another id"));
    }
    if (info.apiVersion() < OLDEST_API_VERSION || info.apiVersion() > PluginInfo.API_VERSION) {
      return Optional.of(
          new Quarantined(
              info.id(),
              origin.location(),
              Phase.API_VERSION,
              "it was built against version %d of the plugin API; this is version %d"
                  .formatted(info.apiVersion(), PluginInfo.API_VERSION),
              "take a version of the plugin that was built against version %d"
                  .formatted(PluginInfo.API_VERSION)));
    }
    if (lock.isPresent() && origin.sha256().isPresent()) {
      List<PluginLock.Pin> pins = lock.get().of(origin.sha256().get());
      if (pins.stream().noneMatch(pin -> isAsPinned(pin, info))) {
        return Optional.of(
            new Quarantined(
                info.id(),
                origin.location(),
                Phase.LOCK,
                "it is %s %s; the lock pins, of its SHA-256, %s"
                    .formatted(info.id(), info.version(), pins),
                "write the lock again with: espalier plugins lock"));
      }
    }
    return Optional.empty();
  }

  private static boolean isAsPinned(PluginLock.Pin pin, PluginInfo info) {
    return pin.id().equals(info.id()) && pin.version().equals(info.version());
  }

  /** Asks every plugin that is known for its contributions, in the order of their ids. */
  PluginCatalog finish() {
    byId.forEach((id, known) -> {
      List<LoadedPlugin> asked = withoutDuplicates(id, known);
      if (asked.size() == 1) {
        contribute(asked.getFirst());
      }
    });
    lock.ifPresent(this::requirePinned);
    return new PluginCatalog(new Offers(plugins, registrations, quarantined, lost), contents);
  }

  /**
   * Of several plugins with one id none is used, save the one of the program, which is not at fault
   * when another takes its id.
   */
  private List<LoadedPlugin> withoutDuplicates(String id, List<LoadedPlugin> known) {
    if (known.size() == 1) {
      return known;
    }
    List<LoadedPlugin> ofProgram =
        known.stream().filter(one -> one.origin().kind() == Kind.PROGRAM).toList();
    List<LoadedPlugin> stay = ofProgram.size() == 1 ? ofProgram : List.of();
    String all = known.stream().map(LoadedPlugin::toString).collect(Collectors.joining(" and "));
    List<LoadedPlugin> aside = known.stream().filter(one -> !stay.contains(one)).toList();
    Quarantined reason =
        new Quarantined(
            id,
            aside.stream().map(one -> one.origin().location()).collect(Collectors.joining(", ")),
            Phase.DUPLICATE_ID,
            "several plugins have this id: " + all,
            stay.isEmpty()
                ? "remove all but one of them"
                : "give the plugin another id, or remove its jar");
    quarantined.add(reason);
    // Asked all the same, so that whoever needs one of their names learns why it is not there.
    for (LoadedPlugin one : aside) {
      Contributions contributions = new Contributions(one.info());
      ask(one, contributions);
      lose(contributions.registrations().keySet(), reason);
    }
    return stay;
  }

  private void contribute(LoadedPlugin plugin) {
    Contributions contributions = new Contributions(plugin.info());
    TimeLimit.Outcome<Boolean> outcome = ask(plugin, contributions);
    Map<PointAndName, Registration<?>> registered = contributions.registrations();
    Optional<Quarantined> fault =
        contributions
            .fault()
            .map(found ->
                aside(
                    plugin,
                    Phase.REGISTER,
                    found,
                    "repair what the plugin registers, or remove its jar"))
            .or(() -> fault(plugin, Phase.CONTRIBUTE, outcome))
            .or(() -> fault(plugin, Phase.SCHEMA, showSchemas(plugin, registered.values())));
    if (fault.isPresent()) {
      quarantined.add(fault.get());
      lose(registered.keySet(), fault.get());
    } else {
      plugins.add(plugin);
      registrations.addAll(registered.values());
    }
  }

  private static Optional<Quarantined> fault(
      LoadedPlugin plugin, Phase phase, TimeLimit.Outcome<?> outcome) {
    return switch (outcome) {
      case Done<?> _ -> Optional.empty();
      case Thrown<?>(Throwable e) when e instanceof EspalierException known ->
          Optional.of(aside(plugin, phase, known.asked() + ": " + known.found(), repairOf(known)));
      case Thrown<?>(Throwable e) ->
          Optional.of(aside(plugin, phase, Explanation.of(e), Explanation.repair(e, REPAIR)));
      case Late<?>(String found) -> Optional.of(aside(plugin, phase, found, REPAIR));
    };
  }

  private static String repairOf(EspalierException known) {
    return known.code() == ErrorCode.PLUGIN_FAULT ? known.repair() : REPAIR;
  }

  private static Quarantined aside(LoadedPlugin plugin, Phase phase, String cause, String repair) {
    return new Quarantined(plugin.info().id(), plugin.origin().location(), phase, cause, repair);
  }

  private TimeLimit.Outcome<Boolean> ask(LoadedPlugin plugin, Contributions contributions) {
    try {
      return limit.call(
          "contribute() of " + plugin.info().id(),
          plugin.plugin().getClass().getClassLoader(),
          () -> {
            plugin.plugin().contribute(contributions);
            return true;
          });
    } finally {
      contributions.close();
    }
  }

  /** Runs each factory on its defaults, which yields its schema. */
  private TimeLimit.Outcome<Boolean> showSchemas(
      LoadedPlugin plugin, Collection<Registration<?>> registered) {
    return limit.call(
        "a factory of " + plugin.info().id(),
        plugin.plugin().getClass().getClassLoader(),
        () -> {
          registered.forEach(r -> Making.make(r.point(), r, Params.defaults()));
          return true;
        });
  }

  private void requirePinned(PluginLock pinned) {
    List<String> wrong = new ArrayList<>();
    for (PluginLock.Pin pin : pinned.pins()) {
      if (plugins.stream().noneMatch(plugin -> isAsPinned(pin, plugin.info()))) {
        wrong.add(pin + " is pinned; " + insteadOf(pin));
      }
    }
    if (!wrong.isEmpty()) {
      throw new EspalierException(
          ErrorCode.PLUGIN_MISMATCH,
          "the plugins are those that the lock pins",
          String.join("; ", wrong),
          "restore those files, or write the lock again with: espalier plugins lock");
    }
  }

  /** What there is in place of a pinned plugin: of its id, else of its file's name. */
  private String insteadOf(PluginLock.Pin pin) {
    return quarantined.stream()
        .filter(one ->
            one.plugin().equals(pin.id())
                || one.location().replace('\\', '/').endsWith("/" + pin.file()))
        .findFirst()
        .or(() -> quarantined.stream().filter(one -> one.phase() == Phase.LOCK).findFirst())
        .map(one -> one.location() + " was not taken: " + one.cause())
        .orElse("it is not there");
  }

  private void lose(Collection<PointAndName> names, Quarantined reason) {
    names.forEach(name -> lost.putIfAbsent(name, reason));
  }

  private void quarantine(
      String plugin, String location, Phase phase, Throwable thrown, String repair) {
    quarantined.add(
        new Quarantined(
            plugin, location, phase, Explanation.of(thrown), Explanation.repair(thrown, repair)));
  }
}
