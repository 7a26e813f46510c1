package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.checkpoint.AtomicFile;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.file.Sha256;
import dev.espalier.training.json.Json;
import dev.espalier.training.json.JsonFault;
import dev.espalier.training.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which plugins may be loaded: each by id, version and the SHA-256 of its file. A file whose hash
 * is not among them is not loaded, so that none of its code runs.
 *
 * @param pins the plugins, sorted by id, no id twice
 */
public record PluginLock(List<Pin> pins) {
  /** The version of the format, which changes when an older reader would misread it. */
  public static final int FORMAT_VERSION = 1;

  /** The longest file that is read. */
  public static final int MAX_BYTES = 1 << 20;

  private static final String FORMAT = "a lock of plugins";
  private static final String FORMAT_NAME = "espalier-plugins-lock";

  /**
   * A plugin that may be loaded.
   *
   * @param id its id
   * @param version its version
   * @param sha256 the hash of its file, as {@link PluginOrigin#sha256()} defines it
   * @param file the name of its file, for people
   */
  public record Pin(String id, String version, String sha256, String file) {
    /**
     * @throws IllegalArgumentException where the hash is none
     */
    public Pin {
      if (!Sha256.isHex(sha256)) {
        throw new IllegalArgumentException("sha256 is '" + sha256 + "', not 64 hexadecimal digits");
      }
    }

    @Override
    public String toString() {
      return id + " " + version + " with SHA-256 " + sha256;
    }
  }

  /**
   * @throws IllegalArgumentException for an id that is there twice
   */
  public PluginLock {
    pins = pins.stream().sorted(Comparator.comparing(Pin::id)).toList();
    Set<String> seen = new TreeSet<>();
    for (Pin pin : pins) {
      if (!seen.add(pin.id())) {
        throw new IllegalArgumentException("the id '" + pin.id() + "' is there twice");
      }
    }
  }

  /**
   * Pins plugins as they are.
   *
   * @throws EspalierException PLUGIN_FAULT for one that has no file
   */
  public static PluginLock of(List<LoadedPlugin> plugins) {
    List<Pin> pins = new ArrayList<>();
    for (LoadedPlugin plugin : plugins) {
      String sha256 =
          plugin
              .origin()
              .sha256()
              .orElseThrow(() ->
                  new EspalierException(
                      ErrorCode.PLUGIN_FAULT,
                      "a plugin is pinned by the hash of its file",
                      plugin + " has none",
                      "load it from a jar"));
      pins.add(
          new Pin(plugin.info().id(), plugin.info().version(), sha256, plugin.origin().fileName()));
    }
    return new PluginLock(pins);
  }

  /** The plugins of a file; none where it may not be loaded. */
  public List<Pin> of(String sha256) {
    return pins.stream().filter(pin -> pin.sha256().equals(sha256)).toList();
  }

  /**
   * Writes the file whole or not at all.
   *
   * @throws EspalierException IO_FAILURE
   */
  public void write(Path file) {
    AtomicFile.write(file, toJson().getBytes(StandardCharsets.UTF_8));
  }

  /** The text of the file. */
  public String toJson() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT_NAME);
    root.put("format_version", FORMAT_VERSION);
    List<Object> plugins = new ArrayList<>();
    for (Pin pin : pins) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("id", pin.id());
      members.put("version", pin.version());
      members.put("sha256", pin.sha256());
      members.put("file", pin.file());
      plugins.add(members);
    }
    root.put("plugins", plugins);
    return Json.text(root);
  }

  /**
   * Reads a file, strictly.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; BAD_FILE for a key that is missing,
   *     unknown, of the wrong kind or twice there, and for another version of the format
   */
  public static PluginLock read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw FileFault.bad(
            file,
            FORMAT + " of at most " + MAX_BYTES + " bytes",
            size + " bytes",
            "name the file that espalier plugins lock wrote");
      }
      return parse(file, in.readNBytes(MAX_BYTES));
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the lock of plugins");
    }
  }

  /** As {@link #read}, of bytes that were read already; the file is for messages. */
  static PluginLock parse(Path file, byte[] bytes) {
    try {
      JsonObject root = JsonObject.of("", Json.parse(bytes));
      if (!root.text("format").equals(FORMAT_NAME)) {
        throw new JsonFault("format is '" + root.text("format") + "', not '" + FORMAT_NAME + "'");
      }
      long version = root.integer("format_version");
      if (version != FORMAT_VERSION) {
        throw new JsonFault("format_version is " + version + ", not " + FORMAT_VERSION);
      }
      List<Pin> pins = new ArrayList<>();
      for (JsonObject pin : root.objects("plugins")) {
        pins.add(
            new Pin(pin.text("id"), pin.text("version"), pin.text("sha256"), pin.text("file")));
        pin.end();
      }
      root.end();
      return new PluginLock(pins);
    } catch (JsonFault | IllegalArgumentException fault) {
      throw FileFault.bad(
          file,
          FORMAT,
          String.valueOf(fault.getMessage()),
          "restore it from a copy, or write it again with: espalier plugins lock",
          fault);
    }
  }
}
