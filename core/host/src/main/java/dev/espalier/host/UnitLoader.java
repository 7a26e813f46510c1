package dev.espalier.host;

import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.host.Quarantined.Phase;
import java.io.Closeable;
import java.lang.module.Configuration;
import java.lang.module.FindException;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolutionException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives a unit its own classes. Where one of its jars is a module that provides a plugin, the unit
 * is a module layer with one class loader, save where its plain jars provide services to each
 * other. Else it is a class path of its own, an unnamed module, with the rules that plain jars are
 * written for: libraries may share a package, and may look for any service.
 */
final class UnitLoader {
  private static final String SERVICE = Plugin.class.getName();

  private final Platform platform;

  UnitLoader(Platform platform) {
    this.platform = platform;
  }

  /**
   * A unit that is ready to be asked for its plugins.
   *
   * @param origin where it is from
   * @param loader its class loader
   * @param providers finds its plugins, and may find others after them
   * @param content is closed to unload it
   */
  record Loaded(
      PluginOrigin origin,
      ClassLoader loader,
      ServiceLoader<Plugin> providers,
      Closeable content) {}

  /**
   * Loads a unit; no code of it runs.
   *
   * @param lock what may be loaded, where only that may be
   * @throws UnitFault READ, SIGNATURE, LOCK or RESOLVE
   */
  Loaded load(PluginUnit unit, Optional<PluginLock> lock) throws UnitFault {
    List<PluginJar> jars = new ArrayList<>();
    List<String> signers = new ArrayList<>();
    String sha256;
    try {
      sha256 = unit.sha256();
    } catch (EspalierException e) {
      throw new UnitFault(Phase.READ, e.found(), e.repair());
    }
    if (lock.isPresent() && lock.get().of(sha256).isEmpty()) {
      throw notPinned(sha256);
    }
    for (var jar : unit.jars()) {
      PluginJar read = PluginJar.read(jar);
      jars.add(read);
      signers.addAll(read.signers());
    }
    refusePackagesOfTheHost(jars);
    PluginOrigin origin =
        new PluginOrigin(
            PluginOrigin.Kind.DIRECTORY,
            unit.path().toString(),
            Optional.of(sha256),
            signers.stream().distinct().toList());
    if (jars.stream().anyMatch(PluginJar::modular)) {
      UnitModules modules = UnitModules.of(jars, platform);
      if (modular(jars, modules)) {
        return layer(origin, modules);
      }
    }
    return classPath(origin, jars);
  }

  /** A file that may not be loaded. */
  static UnitFault notPinned(String sha256) {
    return new UnitFault(
        Phase.LOCK,
        "the lock pins no plugin of its SHA-256 " + sha256,
        "restore the version that is pinned, or pin this one with: espalier plugins lock");
  }

  /** Whether a module with a descriptor of its own provides a plugin. */
  private boolean modular(List<PluginJar> jars, UnitModules modules) throws UnitFault {
    boolean plain =
        jars.stream().anyMatch(jar -> !jar.modular() && jar.services().contains(SERVICE));
    Optional<String> another = modules.serviceOfAnother(platform);
    if (another.isPresent() && jars.stream().noneMatch(jar -> jar.services().contains(SERVICE))) {
      throw new UnitFault(
          Phase.RESOLVE,
          "the jar without a module descriptor " + another.get() + " of another jar",
          "name the plugin in META-INF/services too: it is then loaded from a class path");
    }
    return !plain && another.isEmpty() && modules.provides(SERVICE);
  }

  private void refusePackagesOfTheHost(List<PluginJar> jars) throws UnitFault {
    for (PluginJar jar : jars) {
      for (Map.Entry<String, String> entry : jar.classByPackage().entrySet()) {
        Optional<String> owner = platform.ownerOf(entry.getKey(), entry.getValue());
        if (owner.isPresent()) {
          throw new UnitFault(
              Phase.RESOLVE,
              "%s contains the package %s, which is of %s"
                  .formatted(jar.path().getFileName(), entry.getKey(), owner.get()),
              "leave Espalier's classes out of the jar: the program has them; or it is a part of"
                  + " the program already");
        }
      }
    }
  }

  private Loaded layer(PluginOrigin origin, UnitModules modules) throws UnitFault {
    modules.requireAll(platform);
    ModuleLayer parent = platform.layer();
    try {
      Configuration configuration =
          parent.configuration().resolve(modules, ModuleFinder.of(), modules.names());
      ModuleLayer.Controller controller =
          ModuleLayer.defineModulesWithOneLoader(configuration, List.of(parent), platform.loader());
      ModuleLayer layer = controller.layer();
      modules.addReads(controller);
      Module api = Plugin.class.getModule();
      if (!api.isNamed()) {
        layer.modules().forEach(module -> controller.addReads(module, api));
      }
      ClassLoader loader = layer.findLoader(modules.names().iterator().next());
      return new Loaded(origin, loader, ServiceLoader.load(layer, Plugin.class), modules);
    } catch (FindException
        | ResolutionException
        | LayerInstantiationException
        | IllegalArgumentException e) {
      throw UnitFault.of(
          Phase.RESOLVE, e, "repair the plugin's module descriptor, or take another version of it");
    }
  }

  /** A class path follows manifests, to files that neither the hash nor the lock knows. */
  private static void refuseJarsFromElsewhere(List<PluginJar> jars) throws UnitFault {
    Set<Path> own =
        jars.stream()
            .map(jar -> jar.path().toAbsolutePath().normalize())
            .collect(Collectors.toSet());
    for (PluginJar jar : jars) {
      for (String named : jar.classPath()) {
        boolean outside;
        try {
          Path other = Path.of(jar.path().toUri().resolve(named)).normalize();
          outside = Files.exists(other) && !own.contains(other);
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
          // No file, so another place that classes would be loaded from.
          outside = true;
        }
        if (outside) {
          throw new UnitFault(
              Phase.RESOLVE,
              "the manifest of %s names %s as its class path, which is not of the plugin"
                  .formatted(jar.path().getFileName(), named),
              "put the plugin's jar and its libraries into a folder of their own");
        }
      }
    }
  }

  private Loaded classPath(PluginOrigin origin, List<PluginJar> jars) throws UnitFault {
    if (jars.stream().noneMatch(jar -> jar.services().contains(SERVICE))) {
      throw new UnitFault(
          Phase.READ,
          "it provides no " + SERVICE + ", neither in a module descriptor nor in META-INF/services",
          "it is no plugin of Espalier: remove it from the folder; a library belongs into the folder"
              + " of the plugin that uses it");
    }
    refuseJarsFromElsewhere(jars);
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = jars.get(i).path().toUri().toURL();
      } catch (MalformedURLException e) {
        throw UnitFault.of(Phase.READ, e, "give the jar another name");
      }
    }
    URLClassLoader loader = new URLClassLoader(origin.fileName(), urls, platform.loader());
    return new Loaded(origin, loader, ServiceLoader.load(Plugin.class, loader), loader);
  }
}
