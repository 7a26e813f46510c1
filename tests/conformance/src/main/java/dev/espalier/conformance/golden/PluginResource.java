package dev.espalier.conformance.golden;

import dev.espalier.api.plugin.Plugin;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Texts that lie beside a plugin's class. */
public final class PluginResource {
  private PluginResource() {}

  /**
   * A text beside a plugin's class, if it is there.
   *
   * @param plugin the plugin
   * @param name the file's name
   */
  public static Optional<String> read(Plugin plugin, String name) {
    Class<?> owner = plugin.getClass();
    String resource = owner.getPackageName().replace('.', '/') + "/" + name;
    try {
      return read(owner, resource);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  /** A module hides its resources from others, so those of a module are read from where it lies. */
  private static Optional<String> read(Class<?> owner, String resource) throws IOException {
    Module module = owner.getModule();
    if (!module.isNamed()) {
      try (InputStream in = owner.getResourceAsStream("/" + resource)) {
        return in == null ? Optional.empty() : Optional.of(text(in));
      }
    }
    ModuleReference reference =
        module.getLayer().configuration().findModule(module.getName()).orElseThrow().reference();
    try (ModuleReader reader = reference.open()) {
      Optional<InputStream> found = reader.open(resource);
      if (found.isEmpty()) {
        return Optional.empty();
      }
      try (InputStream in = found.get()) {
        return Optional.of(text(in));
      }
    }
  }

  private static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
