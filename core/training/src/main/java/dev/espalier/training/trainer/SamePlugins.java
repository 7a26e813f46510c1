package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.checkpoint.Manifest.PluginUse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a run goes on with the plugins that it began with. */
final class SamePlugins {
  private SamePlugins() {}

  /**
   * Compares, extension by extension. Another plugin or another version is refused. Another file of
   * the same version is told: a plugin that was built again may give other bits, and losing the run
   * would be worse; who wants that refused pins the plugins.
   *
   * @param before what the checkpoint says
   * @param now what the run would use
   * @param listener is told of other files
   * @throws EspalierException CHECKPOINT_MISMATCH
   */
  static void require(List<PluginUse> before, List<PluginUse> now, TrainingListener listener) {
    Map<String, PluginUse> served = byExtension(now);
    List<String> differences = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    byExtension(before)
        .forEach((extension, then) -> {
          PluginUse today = served.get(extension);
          if (today == null) {
            differences.add("%s was of %s and is not used".formatted(extension, text(then)));
          } else if (!today.id().equals(then.id()) || !today.version().equals(then.version())) {
            differences.add(
                "%s was of %s and is of %s".formatted(extension, text(then), text(today)));
          } else if (then.sha256().isPresent() && !then.sha256().equals(today.sha256())) {
            notes.add(
                "the plugin %s is another file than the run began with, SHA-256 %s then and %s now:"
                        .formatted(text(then), then.sha256().get(), text(today.sha256()))
                    + " the run may not give the same bits as an uninterrupted one");
          }
        });
    if (!differences.isEmpty()) {
      throw new EspalierException(
          ErrorCode.CHECKPOINT_MISMATCH,
          "a run goes on with the plugins that it began with",
          String.join("; ", differences),
          "install those versions again, or begin a new run");
    }
    notes.forEach(listener::note);
  }

  private static Map<String, PluginUse> byExtension(List<PluginUse> plugins) {
    Map<String, PluginUse> map = new LinkedHashMap<>();
    plugins.forEach(plugin -> plugin.provides().forEach(name -> map.put(name, plugin)));
    return map;
  }

  private static String text(PluginUse plugin) {
    return plugin.id() + " " + plugin.version();
  }

  private static String text(Optional<String> sha256) {
    return sha256.orElse("none");
  }
}
