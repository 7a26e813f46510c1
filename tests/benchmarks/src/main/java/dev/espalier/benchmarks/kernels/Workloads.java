package dev.espalier.benchmarks.kernels;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.benchmarks.Installation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What is measured, by names {@code FAMILY/CASE}; a graph is traced when it is asked for. */
public final class Workloads {
  private final Map<String, Supplier<Workload>> all = new LinkedHashMap<>();

  /** All of them, with the extensions of an installation. */
  public Workloads(Installation installation) {
    addAll("gemm", Products.all());
    addAll("convolution", Convolutions.all());
    addAll("attention", Attentions.all());
    addAll("elementwise", new Elementwise(installation.extensions()).all());
    addAll("reduction", new Reductions(installation.extensions()).all());
    addAll("optimizer", new OptimizerUpdates(installation.extensions()).all());
  }

  private void addAll(String family, Map<String, Supplier<Workload>> cases) {
    cases.forEach((name, workload) -> all.put(family + "/" + name, workload));
  }

  /** The names, in the order of the tables. */
  public List<String> names() {
    return List.copyOf(all.keySet());
  }

  /** The families, in the order of the tables. */
  public List<String> families() {
    return all.keySet().stream().map(Workloads::family).distinct().toList();
  }

  /** The family of a name. */
  public static String family(String name) {
    return name.substring(0, name.indexOf('/'));
  }

  /**
   * The names in which a regular expression is found.
   *
   * @throws EspalierException BAD_VALUE where it is not one, UNKNOWN_NAME where it is found nowhere
   */
  public List<String> matching(String pattern) {
    Pattern compiled;
    try {
      compiled = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "the pattern is a regular expression",
          pattern + ", " + e.getDescription(),
          "correct it, or put it between \\Q and \\E",
          e);
    }
    List<String> found = names().stream().filter(compiled.asPredicate()).toList();
    if (found.isEmpty()) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_NAME,
          "the pattern is found in a benchmark's name",
          pattern + ", in no name of the families " + String.join(", ", families()),
          "choose a family, or a part of a name such as " + names().getFirst());
    }
    return found;
  }

  /**
   * The workload of a name.
   *
   * @throws EspalierException UNKNOWN_NAME
   */
  public Workload get(String name) {
    Supplier<Workload> workload = all.get(name);
    if (workload == null) {
      throw new EspalierException(
          ErrorCode.UNKNOWN_NAME,
          "a benchmark is one of " + String.join(", ", names()),
          name,
          "choose one of them");
    }
    return workload.get();
  }
}
