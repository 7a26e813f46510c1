package dev.espalier.training.checkpoint;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.file.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A checkpoint that was read and verified: every byte of its folder was hashed.
 *
 * <p>Its folder holds {@code tensors.safetensors}, {@code manifest.json} and {@code SHA256SUMS},
 * the hashes of the two, which {@code sha256sum -c SHA256SUMS} checks without Espalier.
 *
 * @param folder where it is
 * @param manifest what it says of its run
 * @param tensors by name, in the order in which they were saved
 */
public record Checkpoint(Path folder, Manifest manifest, Map<String, NdArray> tensors) {
  static final String TENSORS = "tensors.safetensors";
  static final String MANIFEST = "manifest.json";
  static final String SUMS = "SHA256SUMS";

  private static final String RESTORE = "restore it from a copy, or use an earlier checkpoint";

  /** Keeps the order of the tensors. */
  public Checkpoint {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /** The newest good checkpoint of a run, if there is one, and the newer ones that are damaged. */
  public record Latest(Optional<Checkpoint> checkpoint, List<Skipped> skipped) {
    /** Copies the list. */
    public Latest {
      skipped = List.copyOf(skipped);
    }

    /**
     * The checkpoint.
     *
     * @throws EspalierException FILE_NOT_FOUND where there is none; the reason of the newest where
     *     all are damaged
     */
    public Checkpoint required(Path runFolder) {
      return checkpoint.orElseThrow(() ->
          skipped.isEmpty()
              ? FileFault.notFound(runFolder, "a checkpoint of a run")
              : skipped.getFirst().reason());
    }
  }

  /**
   * A checkpoint that is damaged.
   *
   * @param folder where it is
   * @param reason what is wrong with it
   */
  public record Skipped(Path folder, EspalierException reason) {}

  /**
   * Reads one checkpoint's folder and verifies it.
   *
   * @throws EspalierException FILE_NOT_FOUND, IO_FAILURE, BAD_FILE, CHECKPOINT_MISMATCH,
   *     OUT_OF_MEMORY
   */
  public static Checkpoint read(Path folder) {
    String sums = sums(folder);
    Path manifestPath = folder.resolve(MANIFEST);
    ManifestFile file = ManifestFile.read(manifestPath);
    Safetensors.Content content = Safetensors.read(folder.resolve(file.tensors().name()));
    if (!content.file().equals(file.tensors())) {
      throw FileFault.bad(
          folder.resolve(file.tensors().name()),
          "the tensors file of SHA-256 " + file.tensors().sha256(),
          "SHA-256 " + content.file().sha256(),
          RESTORE);
    }
    if (!sums.equals(sums(file.tensors(), Sha256.of(manifestPath)))) {
      throw FileFault.bad(
          manifestPath,
          "the manifest that " + SUMS + " beside it lists",
          "another content than the one that was written",
          RESTORE);
    }
    return new Checkpoint(folder, file.manifest(), content.tensors());
  }

  private static String sums(Path folder) {
    Path file = folder.resolve(SUMS);
    try (InputStream in = Files.newInputStream(file)) {
      // Two lines of a hash and a short name.
      return new String(in.readNBytes(1 << 12), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw FileFault.io(e, file, "read the hashes");
    }
  }

  private static String sums(TensorsFile tensors, String manifestHash) {
    return tensors.sha256() + "  " + tensors.name() + "\n" + manifestHash + "  " + MANIFEST + "\n";
  }

  /** Writes a checkpoint's files into an empty folder, each synced. */
  static void write(Path folder, Map<String, NdArray> tensors, Manifest manifest) {
    TensorsFile file = Safetensors.write(folder.resolve(TENSORS), tensors, Map.of());
    ManifestFile manifestFile = new ManifestFile(manifest, file);
    manifestFile.write(folder.resolve(MANIFEST));
    String hash = Sha256.of(manifestFile.toJson().getBytes(StandardCharsets.UTF_8));
    AtomicFile.write(folder.resolve(SUMS), sums(file, hash).getBytes(StandardCharsets.ISO_8859_1));
  }

  /**
   * Whether an error says that the checkpoint itself is at fault, so that an earlier one may serve.
   */
  static boolean isDamage(EspalierException error) {
    return error.code() == ErrorCode.BAD_FILE
        || error.code() == ErrorCode.FILE_NOT_FOUND
        || error.code() == ErrorCode.IO_FAILURE;
  }
}
