package dev.espalier.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where plugins are looked for.
 *
 * @param program whether those on the module path and on the class path of the running program are
 *     taken
 * @param directories folders of plugins: each jar in one, and each folder in one that holds jars,
 *     is a plugin with a class loader of its own; other files are not looked at
 * @param timeLimit how long a plugin may take for each thing that is asked of it while it is found:
 *     to be constructed, to say who it is, to contribute, to show a schema
 * @param lock what is pinned, where only that is to be loaded
 */
public record PluginSources(
    boolean program, List<Path> directories, Duration timeLimit, Optional<PluginLock> lock) {
  /** Far longer than a plugin needs that does nothing but register; it does not hold up anybody. */
  public static final Duration GENEROUS = Duration.ofSeconds(10);

  public PluginSources {
    directories = List.copyOf(directories);
    Objects.requireNonNull(timeLimit);
    Objects.requireNonNull(lock);
  }

  /** The module path and the class path of the running program, and nothing else. */
  public static PluginSources ofProgram() {
    return new PluginSources(true, List.of(), GENEROUS, Optional.empty());
  }

  /** These folders of plugins, and nothing of the program. */
  public static PluginSources of(Path... directories) {
    return new PluginSources(false, List.of(directories), GENEROUS, Optional.empty());
  }

  /** These, and more folders of plugins. */
  public PluginSources and(List<Path> more) {
    List<Path> all = new ArrayList<>(directories);
    all.addAll(more);
    return new PluginSources(program, all, timeLimit, lock);
  }

  /** These, with another time limit. */
  public PluginSources within(Duration limit) {
    return new PluginSources(program, directories, limit, lock);
  }

  /** Of these only what is pinned. */
  public PluginSources pinnedBy(PluginLock pins) {
    return new PluginSources(program, directories, timeLimit, Optional.of(pins));
  }
}
