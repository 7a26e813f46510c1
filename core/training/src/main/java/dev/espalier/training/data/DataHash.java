package dev.espalier.training.data;

import dev.espalier.training.file.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/**
 * The hash that names a run's data in its manifest: SHA-256 over the raw files.
 *
 * <p>For one file it is the file's own hash, as {@code sha256sum FILE} prints it. For several it is
 * the hash of the list {@code HASH NAME\n} in the order given, as {@code sha256sum FILES |
 * sha256sum} prints it, so that contents, names and order all count.
 */
public final class DataHash {
  private DataHash() {}

  /**
   * The hash of one file.
   *
   * @throws dev.espalier.api.EspalierException FILE_NOT_FOUND, IO_FAILURE
   */
  public static String of(Path file) {
    return Sha256.of(file);
  }

  /**
   * The hash of several files, whose names count relative to {@code root}; of one, that file's own.
   *
   * @throws dev.espalier.api.EspalierException FILE_NOT_FOUND, IO_FAILURE
   */
  public static String of(Path root, List<Path> files) {
    if (files.size() == 1) {
      return of(files.getFirst());
    }
    MessageDigest list = Sha256.digest();
    for (Path file : files) {
      list.update(line(Sha256.of(file), name(root, file)));
    }
    return Sha256.hex(list);
  }

  static byte[] line(String hash, String name) {
    return (hash + "  " + name + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** The file's path below the root, with slashes on every system. */
  static String name(Path root, Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }
}
