package dev.espalier.host;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a plugin came from.
 *
 * @param kind how it was found
 * @param location its jar or folder; for a plugin that was given as an object, its class
 * @param sha256 the hash of its jar as {@code sha256sum} prints it; of a folder, the hash over its
 *     files' hashes and names as {@link dev.espalier.training.data.DataHash} defines it; absent
 *     where there is no file
 * @param signers who signed its jars: the subject of each certificate and the certificate's
 *     SHA-256. That the content fits the signature was checked; whether to trust the signer is the
 *     reader's judgement
 */
public record PluginOrigin(
    Kind kind, String location, Optional<String> sha256, List<String> signers) {
  /** How a plugin was found. */
  public enum Kind {
    /** On the module path or on the class path of the running program. */
    PROGRAM,
    /** In a folder of plugins, or by its own path. */
    DIRECTORY,
    /** As an object of the program that uses Espalier. */
    GIVEN
  }

  public PluginOrigin {
    Objects.requireNonNull(kind);
    Objects.requireNonNull(location);
    Objects.requireNonNull(sha256);
    signers = List.copyOf(signers);
  }

  /** The last name of the location. */
  String fileName() {
    String path = location.replace('\\', '/').replaceAll("/+$", "");
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
