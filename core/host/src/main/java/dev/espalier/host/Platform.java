package dev.espalier.host;

import dev.espalier.api.plugin.Plugin;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a plugin sees of the running program: the JDK's modules and the plugin API, as a parent
 * class loader and as a parent layer. Espalier's other modules and its libraries are hidden by
 * both, so that a plugin may bring its own version of any library.
 *
 * <p>Where Espalier runs on the class path its API is in no module; a module that says {@code
 * requires dev.espalier.api} then finds one of that name whose class loader hands out the classes
 * of the class path.
 */
final class Platform {
  /** The API's module. */
  static final String API = "dev.espalier.api";

  /** The packages that it exports, for a class path, where no descriptor says so. */
  static final List<String> API_PACKAGES =
      List.of(
          "dev.espalier.api",
          "dev.espalier.api.backend",
          "dev.espalier.api.ir",
          "dev.espalier.api.plugin",
          "dev.espalier.api.tensor",
          "dev.espalier.api.training");

  /** What only Espalier's own modules may contain, whether or not they are there. */
  private static final List<String> OWN =
      List.of(
          "dev.espalier.api",
          "dev.espalier.engine",
          "dev.espalier.training",
          "dev.espalier.host",
          "dev.espalier.cli");

  private final Map<String, ModuleReference> jdk;
  private final Map<String, String> ownersOfPackages;
  private final ClassLoader loader;
  private final ModuleLayer layer;

  private Platform() {
    this.jdk =
        ModuleLayer.boot().configuration().modules().stream()
            .filter(Platform::isOfJdk)
            .collect(Collectors.toMap(ResolvedModule::name, ResolvedModule::reference));
    this.ownersOfPackages =
        ModuleLayer.boot().modules().stream()
            .filter(module -> module.getName().startsWith("dev.espalier."))
            .flatMap(module ->
                module.getPackages().stream().map(name -> Map.entry(name, module.getName())))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    Set<String> packages = new HashSet<>();
    jdk.values().forEach(module -> packages.addAll(module.descriptor().packages()));
    this.loader = new VisibleLoader(packages);
    ModuleLayer ofApi = Plugin.class.getModule().getLayer();
    this.layer = ofApi == null ? bridge(loader) : ofApi;
  }

  /** As the running program is. */
  static Platform ofProgram() {
    return new Platform();
  }

  private static boolean isOfJdk(ResolvedModule module) {
    return module.reference().location().map(at -> at.getScheme().equals("jrt")).orElse(true)
        && !module.name().startsWith("dev.espalier.");
  }

  /** The parent of plugins' class loaders. */
  ClassLoader loader() {
    return loader;
  }

  /** The parent of plugins' layers. */
  ModuleLayer layer() {
    return layer;
  }

  /** The modules of the JDK that are there. */
  Set<String> jdkModules() {
    return jdk.keySet();
  }

  /** The services that the JDK's modules look for and export to everybody. */
  Set<String> jdkServices() {
    Set<String> exported =
        jdk.values().stream()
            .flatMap(module -> module.descriptor().exports().stream())
            .filter(exports -> !exports.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    return jdk.values().stream()
        .flatMap(module -> module.descriptor().uses().stream())
        .filter(service -> exported.contains(packageOf(service)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The package of a class by its name. */
  static String packageOf(String className) {
    return className.substring(0, Math.max(className.lastIndexOf('.'), 0));
  }

  /** Whether a plugin may require a module without bringing it. */
  boolean offers(String module) {
    return module.equals(API) || jdk.containsKey(module);
  }

  /** Whether a module of the program is hidden from plugins. */
  boolean hides(String module) {
    return !offers(module) && layer.configuration().findModule(module).isPresent();
  }

  /** The module of the JDK with a package that is in none of those that are there. */
  static Optional<String> absentJdkModuleWith(String packageName) {
    return ModuleFinder.ofSystem().findAll().stream()
        .map(ModuleReference::descriptor)
        .filter(descriptor -> descriptor.packages().contains(packageName))
        .map(ModuleDescriptor::name)
        .filter(name -> ModuleLayer.boot().findModule(name).isEmpty())
        .findFirst();
  }

  /** Whether the JDK has a module that the program was started without. */
  static boolean isAbsentJdkModule(String name) {
    return ModuleFinder.ofSystem().find(name).isPresent()
        && ModuleLayer.boot().findModule(name).isEmpty();
  }

  /**
   * Which part of Espalier has a package, if one has.
   *
   * @param packageName the package
   * @param aClass the resource of one of the plugin's classes in it
   */
  Optional<String> ownerOf(String packageName, String aClass) {
    String owner = ownersOfPackages.get(packageName);
    if (owner != null) {
      return Optional.of(owner);
    }
    for (String own : OWN) {
      if (packageName.equals(own) || packageName.startsWith(own + ".")) {
        return Optional.of(own);
      }
    }
    ClassLoader program = Plugin.class.getClassLoader();
    return packageName.startsWith("dev.espalier.") && program.getResource(aClass) != null
        ? Optional.of("the class path of the program")
        : Optional.empty();
  }

  private static ModuleLayer bridge(ClassLoader loader) {
    ModuleDescriptor.Builder descriptor =
        ModuleDescriptor.newModule(API).packages(Set.copyOf(API_PACKAGES));
    API_PACKAGES.forEach(descriptor::exports);
    ModuleReference api = new NoContent(descriptor.build());
    Configuration configuration =
        ModuleLayer.boot().configuration().resolve(finder(api), ModuleFinder.of(), Set.of(API));
    return ModuleLayer.boot().defineModules(configuration, _ -> loader);
  }

  private static ModuleFinder finder(ModuleReference module) {
    return new ModuleFinder() {
      @Override
      public Optional<ModuleReference> find(String name) {
        return name.equals(module.descriptor().name()) ? Optional.of(module) : Optional.empty();
      }

      @Override
      public Set<ModuleReference> findAll() {
        return Set.of(module);
      }
    };
  }

  /** A module whose classes come from elsewhere. */
  private static final class NoContent extends ModuleReference {
    NoContent(ModuleDescriptor descriptor) {
      super(descriptor, null);
    }

    @Override
    public ModuleReader open() {
      throw new UnsupportedOperationException(descriptor().name() + " has no content of its own");
    }
  }

  /**
   * Hands out the classes of the JDK's modules that are there, and of the API. The platform class
   * loader alone would not do: it hands out every named module of the program.
   */
  private static final class VisibleLoader extends ClassLoader {
    private final Set<String> jdkPackages;

    VisibleLoader(Set<String> jdkPackages) {
      super("espalier-visible-to-plugins", ClassLoader.getPlatformClassLoader());
      this.jdkPackages = jdkPackages;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      String packageName = packageOf(name);
      if (API_PACKAGES.contains(packageName)) {
        return Plugin.class.getClassLoader().loadClass(name);
      }
      if (jdkPackages.contains(packageName)) {
        return ClassLoader.getPlatformClassLoader().loadClass(name);
      }
      throw new ClassNotFoundException(name);
    }
  }
}
