package dev.espalier.training.checkpoint;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a checkpoint says of the run that wrote it, beside the tensors: enough to resume the run and
 * to use the model.
 *
 * @param espalierVersion the version that wrote it
 * @param created when
 * @param seed the seed of the run
 * @param step the number of steps done
 * @param config the run's configuration, as a tree of maps, lists, strings, longs, doubles and
 *     booleans
 * @param plugins the plugins in use
 * @param data what the run was trained on
 * @param metrics the last values, by name
 */
public record Manifest(
    String espalierVersion,
    Instant created,
    long seed,
    long step,
    Map<String, Object> config,
    List<PluginUse> plugins,
    DataSource data,
    Map<String, Double> metrics) {
  /** Copies the collections, keeping their order. */
  public Manifest {
    config = Collections.unmodifiableMap(new LinkedHashMap<>(config));
    plugins = List.copyOf(plugins);
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /**
   * A plugin in use.
   *
   * @param id its id
   * @param version its version
   * @param sha256 the hash of the file it was loaded from; absent where there was none, or where
   *     the manifest was written before hashes were
   * @param provides what the run takes from it, as in {@code activation/relu}
   */
  public record PluginUse(
      String id, String version, Optional<String> sha256, List<String> provides) {
    /** Copies the list. */
    public PluginUse {
      provides = List.copyOf(provides);
    }
  }

  /**
   * What a run was trained on.
   *
   * @param path the file or folder, as it was given
   * @param sha256 its hash, as {@link dev.espalier.training.data.DataHash} defines it
   * @param vocabulary of a text: its characters, as {@link
   *     dev.espalier.training.data.Vocabulary#symbols} gives them
   * @param classes of a classification: the names of the classes by index; else empty
   */
  public record DataSource(
      String path, String sha256, Optional<String> vocabulary, List<String> classes) {
    /** Copies the list. */
    public DataSource {
      classes = List.copyOf(classes);
    }
  }
}
