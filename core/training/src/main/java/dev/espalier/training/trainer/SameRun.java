package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.checkpoint.Manifest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** Checks that a checkpoint is one of the run that is to go on from it. */
final class SameRun {
  private SameRun() {}

  /**
   * Everything that a manifest and a run say of themselves; the listener is told what differs
   * harmlessly.
   */
  static void require(Manifest manifest, Run run, TrainingListener listener) {
    requireConfig(manifest, run.origin().config(), run.step().changeable());
    if (manifest.seed() != run.seed()) {
      throw mismatch(
          "a run goes on with the seed that it began with: " + manifest.seed(),
          "seed " + run.seed(),
          "give that seed, or begin a new run");
    }
    requireData(manifest, run.origin().data());
    SamePlugins.require(manifest.plugins(), run.origin().plugins(), listener);
  }

  /**
   * The description; a path of data may have moved.
   *
   * @param changeable hyperparameters of the estimator that may be others now
   */
  static void requireConfig(Manifest manifest, Map<String, Object> tree, Set<String> changeable) {
    Map<String, Object> before = fixed(manifest.config(), changeable);
    Map<String, Object> now = fixed(tree, changeable);
    if (!before.equals(now)) {
      TreeSet<String> keys = new TreeSet<>(before.keySet());
      keys.addAll(now.keySet());
      keys.removeIf(key -> Objects.equals(before.get(key), now.get(key)));
      StringBuilder found = new StringBuilder();
      keys.forEach(key ->
          found
              .append(found.isEmpty() ? "" : "; ")
              .append(key)
              .append(" was ")
              .append(before.get(key))
              .append(" and is ")
              .append(now.get(key)));
      throw mismatch(
          "a run goes on with the run file that it began with",
          found.toString(),
          "undo the change, or begin a new run");
    }
  }

  private static Map<String, Object> fixed(Map<String, Object> tree, Set<String> changeable) {
    Map<String, Object> copy = new LinkedHashMap<>(tree);
    remove(copy, "data", Set.of("path"));
    remove(copy, "estimator", changeable);
    return copy;
  }

  private static void remove(Map<String, Object> from, String section, Set<String> keys) {
    if (from.get(section) instanceof Map<?, ?> found) {
      Map<Object, Object> rest = new LinkedHashMap<>(found);
      keys.forEach(rest::remove);
      from.put(section, rest);
    }
  }

  /** The data. */
  static void requireData(Manifest manifest, Manifest.DataSource source) {
    if (!manifest.data().sha256().equals(source.sha256())) {
      throw mismatch(
          "a run goes on with the data that it began with: SHA-256 " + manifest.data().sha256(),
          source.path() + " has SHA-256 " + source.sha256(),
          "restore the data of " + manifest.data().path());
    }
  }

  private static EspalierException mismatch(String asked, String found, String repair) {
    return new EspalierException(ErrorCode.CHECKPOINT_MISMATCH, asked, found, repair);
  }
}
