package dev.espalier.host;

import dev.espalier.host.Quarantined.Phase;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The jars of a unit as modules.
 *
 * <p>A jar without a descriptor stands as an open module by its automatic name, which reads the
 * JDK, the API and, by {@link #addReads}, the unit's other jars. An automatic module would read
 * every module of the program too, and could then not contain a package that one of the program's
 * libraries has.
 */
final class UnitModules implements ModuleFinder, Closeable {
  private final Map<String, Tracked> modules = new LinkedHashMap<>();

  private UnitModules() {}

  /**
   * @throws UnitFault READ where a descriptor is not valid or a name cannot be derived; RESOLVE for
   *     two modules of one name
   */
  static UnitModules of(List<PluginJar> jars, Platform platform) throws UnitFault {
    Map<PluginJar, ModuleReference> found = new LinkedHashMap<>();
    for (PluginJar jar : jars) {
      found.put(jar, read(jar));
    }
    UnitModules modules = new UnitModules();
    Set<String> names = new TreeSet<>();
    for (Map.Entry<PluginJar, ModuleReference> entry : found.entrySet()) {
      String name = entry.getValue().descriptor().name();
      if (!names.add(name)) {
        throw new UnitFault(
            Phase.RESOLVE,
            "two of its jars are the module " + name,
            "remove one of the two versions from the folder");
      }
    }
    found.forEach((jar, reference) -> {
      ModuleDescriptor descriptor = reference.descriptor();
      modules.modules.put(
          descriptor.name(),
          new Tracked(
              reference, descriptor.isAutomatic() ? open(descriptor, platform) : descriptor));
    });
    return modules;
  }

  private static ModuleReference read(PluginJar jar) throws UnitFault {
    try {
      return ModuleFinder.of(jar.path()).findAll().iterator().next();
    } catch (FindException e) {
      throw UnitFault.of(
          Phase.READ, e, "it cannot be a module: repair the jar, or take another version of it");
    }
  }

  /** A jar without a descriptor as a module that reads what a plugin sees, and nothing else. */
  private static ModuleDescriptor open(ModuleDescriptor automatic, Platform platform) {
    Set<String> services = platform.jdkServices();
    ModuleDescriptor.Builder open =
        ModuleDescriptor.newOpenModule(automatic.name()).packages(automatic.packages());
    automatic.packages().forEach(open::exports);
    automatic.provides().forEach(open::provides);
    automatic.mainClass().ifPresent(open::mainClass);
    Set<String> requires = new HashSet<>(platform.jdkModules());
    requires.add(Platform.API);
    requires.forEach(open::requires);
    services.forEach(open::uses);
    automatic.provides().stream()
        .map(ModuleDescriptor.Provides::service)
        .filter(service -> automatic.packages().contains(Platform.packageOf(service)))
        .filter(service -> !services.contains(service))
        .forEach(open::uses);
    return open.build();
  }

  /**
   * A service that a jar without a descriptor provides, and whose interface is in another jar: such
   * a jar is no module that could be resolved.
   */
  Optional<String> serviceOfAnother(Platform platform) {
    for (Tracked module : modules.values()) {
      ModuleDescriptor descriptor = module.jar.descriptor();
      Set<String> visible = new HashSet<>(descriptor.packages());
      visible.addAll(Platform.API_PACKAGES);
      for (ModuleDescriptor.Provides provides : descriptor.provides()) {
        if (descriptor.isAutomatic()
            && !visible.contains(Platform.packageOf(provides.service()))
            && !platform.jdkServices().contains(provides.service())) {
          return Optional.of(descriptor.name() + " provides " + provides.service());
        }
      }
    }
    return Optional.empty();
  }

  /** Whether a module of these provides a service. */
  boolean provides(String service) {
    return providers(service) > 0;
  }

  /** How many providers of a service the modules name. */
  long providers(String service) {
    return modules.values().stream()
        .flatMap(module -> module.descriptor().provides().stream())
        .filter(provides -> provides.service().equals(service))
        .mapToLong(provides -> provides.providers().size())
        .sum();
  }

  /**
   * Lets those without a descriptor read all the others. Not by what they require: that must have
   * no cycle.
   */
  void addReads(ModuleLayer.Controller controller) {
    for (Module module : controller.layer().modules()) {
      Tracked known = modules.get(module.getName());
      if (known != null && known.jar.descriptor().isAutomatic()) {
        controller.layer().modules().forEach(other -> controller.addReads(module, other));
      }
    }
  }

  /** Their names. */
  Set<String> names() {
    return Set.copyOf(modules.keySet());
  }

  /**
   * Checks that what they require is there.
   *
   * @throws UnitFault RESOLVE with every module that is missing
   */
  void requireAll(Platform platform) throws UnitFault {
    List<String> causes = new ArrayList<>();
    Set<String> repairs = new TreeSet<>();
    for (Tracked module : modules.values()) {
      for (Requires requires : module.descriptor().requires()) {
        String name = requires.name();
        if (!requires.modifiers().contains(Requires.Modifier.STATIC)
            && !modules.containsKey(name)
            && !platform.offers(name)) {
          String needs = module.descriptor().name() + " requires the module " + name;
          if (Platform.isAbsentJdkModule(name)) {
            causes.add(needs + ", which is of the JDK and was not started");
            repairs.add(Explanation.addModule(name));
          } else if (platform.hides(name)) {
            causes.add(needs + ", which the program has for itself and hides from plugins");
            repairs.add("put a jar of " + name + " beside the plugin's, both in a folder");
          } else {
            causes.add(needs + ", which is not there");
            repairs.add("put the jar of " + name + " beside the plugin's, both in a folder");
          }
        }
      }
    }
    if (!causes.isEmpty()) {
      throw new UnitFault(Phase.RESOLVE, String.join("; ", causes), String.join("; ", repairs));
    }
  }

  @Override
  public Optional<ModuleReference> find(String name) {
    return Optional.ofNullable(modules.get(name));
  }

  @Override
  public Set<ModuleReference> findAll() {
    return Set.copyOf(modules.values());
  }

  /** Closes the jars: a class that was not loaded yet is then no longer found. */
  @Override
  public void close() throws IOException {
    for (Tracked module : modules.values()) {
      module.close();
    }
  }

  /** A module whose open readers are known, so that they can be closed with it. */
  private static final class Tracked extends ModuleReference implements Closeable {
    private final ModuleReference jar;
    private final List<ModuleReader> readers = new ArrayList<>();
    private boolean closed;

    Tracked(ModuleReference jar, ModuleDescriptor descriptor) {
      super(descriptor, jar.location().orElse(null));
      this.jar = jar;
    }

    @Override
    public synchronized ModuleReader open() throws IOException {
      if (closed) {
        throw new IOException("the plugin of " + location().orElseThrow() + " was unloaded");
      }
      ModuleReader reader = jar.open();
      readers.add(reader);
      return reader;
    }

    @Override
    public synchronized void close() {
      closed = true;
      for (ModuleReader reader : readers) {
        try {
          reader.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      readers.clear();
    }
  }
}
