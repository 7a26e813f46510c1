package dev.espalier.training.checkpoint;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
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
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest as a JSON file, with the name, hash and size of the tensors that belong to it.
 *
 * @param manifest the manifest
 * @param tensors the tensors file
 */
public record ManifestFile(Manifest manifest, TensorsFile tensors) {
  /** The version of the format, which changes when an older reader would misread it. */
  public static final int FORMAT_VERSION = 2;

  /** The oldest version that is read; it has no hashes of plugins. */
  public static final int OLDEST_FORMAT_VERSION = 1;

  /** The longest manifest that is read. */
  public static final int MAX_BYTES = 64 << 20;

  private static final String FORMAT = "a checkpoint's manifest";
  private static final String FORMAT_NAME = "espalier-checkpoint";

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
    root.put("espalier_version", manifest.espalierVersion());
    root.put("created", manifest.created().toString());
    root.put("seed", manifest.seed());
    root.put("step", manifest.step());
    root.put("config", manifest.config());
    List<Object> plugins = new ArrayList<>();
    for (Manifest.PluginUse plugin : manifest.plugins()) {
      Map<String, Object> use = new LinkedHashMap<>();
      use.put("id", plugin.id());
      use.put("version", plugin.version());
      plugin.sha256().ifPresent(sha256 -> use.put("sha256", sha256));
      use.put("provides", plugin.provides());
      plugins.add(use);
    }
    root.put("plugins", plugins);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("path", manifest.data().path());
    data.put("sha256", manifest.data().sha256());
    manifest.data().vocabulary().ifPresent(symbols -> data.put("vocabulary", symbols));
    if (!manifest.data().classes().isEmpty()) {
      data.put("classes", manifest.data().classes());
    }
    root.put("data", data);
    root.put("metrics", manifest.metrics());
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("file", tensors.name());
    file.put("sha256", tensors.sha256());
    file.put("bytes", tensors.bytes());
    root.put("tensors", file);
    return Json.text(root);
  }

  /**
   * Reads a file, strictly.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE; BAD_FILE for a key that is missing,
   *     unknown or of the wrong kind; CHECKPOINT_MISMATCH for another version of the format
   */
  public static ManifestFile read(Path file) {
    return parse(file, bytes(file));
  }

  private static byte[] bytes(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw FileFault.bad(
            file,
            FORMAT + " of at most " + MAX_BYTES + " bytes",
            size + " bytes",
            "use an earlier checkpoint");
      }
      return in.readNBytes(MAX_BYTES);
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the manifest");
    }
  }

  /** As {@link #read}, of bytes that were read already; the file is for messages. */
  static ManifestFile parse(Path file, byte[] bytes) {
    try {
      JsonObject root = JsonObject.of("", Json.parse(bytes));
      if (!root.text("format").equals(FORMAT_NAME)) {
        throw new JsonFault("format is '" + root.text("format") + "', not '" + FORMAT_NAME + "'");
      }
      long version = root.integer("format_version");
      if (version < OLDEST_FORMAT_VERSION || version > FORMAT_VERSION) {
        throw new EspalierException(
            ErrorCode.CHECKPOINT_MISMATCH,
            "a checkpoint of a format version from %d to %d at %s"
                .formatted(OLDEST_FORMAT_VERSION, FORMAT_VERSION, file),
            "format version " + version,
            "use the version of Espalier that wrote it");
      }
      ManifestFile read = parse(root, version);
      root.end();
      return read;
    } catch (JsonFault fault) {
      throw FileFault.bad(
          file,
          FORMAT,
          String.valueOf(fault.getMessage()),
          "restore the file from a copy, or use an earlier checkpoint",
          fault);
    }
  }

  private static ManifestFile parse(JsonObject root, long version) throws JsonFault {
    List<Manifest.PluginUse> plugins = new ArrayList<>();
    for (JsonObject use : root.objects("plugins")) {
      plugins.add(
          new Manifest.PluginUse(
              use.text("id"),
              use.text("version"),
              version > OLDEST_FORMAT_VERSION && use.has("sha256")
                  ? Optional.of(hash(use, "plugins[" + plugins.size() + "]"))
                  : Optional.empty(),
              use.texts("provides")));
      use.end();
    }
    JsonObject data = root.object("data");
    Manifest.DataSource source =
        new Manifest.DataSource(
            data.text("path"),
            hash(data, "data"),
            data.has("vocabulary") ? Optional.of(data.text("vocabulary")) : Optional.empty(),
            data.has("classes") ? data.texts("classes") : List.of());
    data.end();
    JsonObject tensors = root.object("tensors");
    TensorsFile file =
        new TensorsFile(tensors.text("file"), hash(tensors, "tensors"), tensors.integer("bytes"));
    tensors.end();
    if (!file.name().matches("[A-Za-z0-9_-][A-Za-z0-9._-]*")) {
      throw new JsonFault("tensors.file is '" + file.name() + "', not a plain file name");
    }
    long step = root.integer("step");
    if (step < 0) {
      throw new JsonFault("step is " + step + ", less than 0");
    }
    return new ManifestFile(
        new Manifest(
            root.text("espalier_version"),
            instant(root),
            root.integer("seed"),
            step,
            root.tree("config"),
            plugins,
            source,
            root.numbers("metrics")),
        file);
  }

  private static Instant instant(JsonObject root) throws JsonFault {
    try {
      return Instant.parse(root.text("created"));
    } catch (DateTimeParseException e) {
      JsonFault fault = new JsonFault("created is '" + root.text("created") + "', not an instant");
      fault.initCause(e);
      throw fault;
    }
  }

  private static String hash(JsonObject object, String path) throws JsonFault {
    String hash = object.text("sha256");
    if (!Sha256.isHex(hash)) {
      throw new JsonFault(path + ".sha256 is '" + hash + "', not 64 hexadecimal digits");
    }
    return hash;
  }
}
