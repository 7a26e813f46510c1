package dev.espalier.training.trainer;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is to be trained.
 *
 * @param runFile the run file
 * @param data replaces the run file's data path
 * @param overrides values by dotted key, as in {@code model.width=64}; they win over the run file
 * @param out the run folder to make; a new one below {@code runs} where absent
 * @param resume the run folder to go on in
 */
public record RunRequest(
    Path runFile,
    Optional<Path> data,
    Map<String, String> overrides,
    Optional<Path> out,
    Optional<Path> resume) {
  public RunRequest {
    // In the order given: a later one may speak of what an earlier one set.
    overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
  }

  /** A new run of a run file, in a new folder below {@code runs}. */
  public static RunRequest of(Path runFile) {
    return new RunRequest(runFile, Optional.empty(), Map.of(), Optional.empty(), Optional.empty());
  }

  /** With other data. */
  public RunRequest withData(Path other) {
    return new RunRequest(runFile, Optional.of(other), overrides, out, resume);
  }

  /** With one more value by dotted key. */
  public RunRequest with(String key, String value) {
    Map<String, String> more = new LinkedHashMap<>(overrides);
    more.put(key, value);
    return new RunRequest(runFile, data, more, out, resume);
  }

  /** In this run folder, which is made. */
  public RunRequest into(Path folder) {
    return new RunRequest(runFile, data, overrides, Optional.of(folder), Optional.empty());
  }

  /** Going on in this run folder. */
  public RunRequest resuming(Path folder) {
    return new RunRequest(runFile, data, overrides, Optional.empty(), Optional.of(folder));
  }
}
