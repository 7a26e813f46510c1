package dev.espalier.integration.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which part may use which, by package. Arrows point one way: cli -> conformance -> host ->
 * training -> engine -> api; backends and plugins -> api only; and a library is used in one room,
 * so that nobody looks for it elsewhere.
 *
 * <p>The rules are made for a root package: {@code dev.espalier} for the program, another one for
 * the mutants that show that each rule can fail. A part that has no class yet breaks no rule.
 */
final class HouseRules {
  private static final Map<String, List<String>> MAY_USE = mayUse();
  private static final Map<String, List<String>> ROOMS = rooms();

  /**
   * Parts whose packages may not form a cycle. Not the API: there a tensor applies an operation and
   * an operation has a tensor's type, one idea in two packages.
   */
  private static final List<String> WITHOUT_CYCLES =
      List.of("engine", "training", "host", "cli", "backend.cpu", "backend.cuda", "conformance");

  private HouseRules() {}

  /** Every rule, for the packages below a root. */
  static List<ArchRule> all(String root) {
    return Stream.of(arrows(root), oneRoomALibrary(root), noCycles(root), oneWidthOfVectors(root))
        .flatMap(List::stream)
        .toList();
  }

  /** A part uses, of Espalier, itself and the parts listed for it. */
  static List<ArchRule> arrows(String root) {
    Stream<ArchRule> parts =
        MAY_USE.entrySet().stream()
            .map(entry -> {
              String part = entry.getKey();
              DescribedPredicate<JavaClass> forbidden =
                  resideInAPackage(below(root))
                      .and(
                          DescribedPredicate.not(
                              resideInAnyPackage(
                                  packages(
                                      root,
                                      Stream.concat(Stream.of(part), entry.getValue().stream())))));
              return noClasses()
                  .that()
                  .resideInAPackage(below(root + "." + part))
                  .should()
                  .dependOnClassesThat(forbidden)
                  .as(part + " uses, of Espalier, only itself and " + entry.getValue())
                  .allowEmptyShould(true);
            });
    ArchRule families =
        slices()
            .matching(root + ".plugins.(*)..")
            .should()
            .notDependOnEachOther()
            .as("no family of plugins uses another")
            .allowEmptyShould(true);
    return Stream.concat(parts, Stream.of(families)).toList();
  }

  /** A library is used only in the packages listed for it. */
  static List<ArchRule> oneRoomALibrary(String root) {
    return ROOMS.entrySet().stream()
        .<ArchRule>map(entry ->
            noClasses()
                .that()
                .resideInAPackage(below(root))
                .and()
                .resideOutsideOfPackages(packages(root, entry.getValue().stream()))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(below(entry.getKey()))
                .as(entry.getKey() + " is used only in " + entry.getValue())
                .allowEmptyShould(true))
        .toList();
  }

  /** The packages of one part form no cycle. */
  static List<ArchRule> noCycles(String root) {
    return WITHOUT_CYCLES.stream()
        .<ArchRule>map(part ->
            slices()
                .matching(root + "." + part + ".(**)")
                .should()
                .beFreeOfCycles()
                .as("the packages of " + part + " form no cycle")
                .allowEmptyShould(true))
        .toList();
  }

  /**
   * Vectors of a type of elements have one width, see {@code VectorLanes}: kernels that have seen
   * two would be compiled into such as make an object of each vector.
   */
  static List<ArchRule> oneWidthOfVectors(String root) {
    return List.of(
        noClasses()
            .that()
            .resideInAPackage(below(root))
            .and()
            .doNotHaveSimpleName("VectorLanes")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("jdk.incubator.vector.VectorShape")
            .orShould()
            .accessFieldWhere(
                describe(
                    "it is a species of another width",
                    access -> access.getTarget().getName().matches("SPECIES_(\\d+|MAX)")))
            .as("only VectorLanes has vectors of another width than the preferred one")
            .allowEmptyShould(true));
  }

  private static Map<String, List<String>> mayUse() {
    Map<String, List<String>> map = new LinkedHashMap<>();
    map.put("api", List.of());
    map.put("engine", List.of("api"));
    map.put("training", List.of("engine", "api"));
    map.put("host", List.of("training", "engine", "api"));
    map.put("cli", List.of("conformance", "host", "training", "engine", "api"));
    map.put("backend.cpu", List.of("api"));
    map.put("backend.cuda", List.of("api"));
    map.put("plugins", List.of("api"));
    map.put("conformance", List.of("host", "training", "engine", "api"));
    return map;
  }

  private static Map<String, List<String>> rooms() {
    Map<String, List<String>> map = new LinkedHashMap<>();
    // With what comes with it: nothing of an injector reaches a plugin, a backend or the trainer.
    map.put("com.google.inject", List.of("host"));
    map.put("com.google.common", List.of("host"));
    map.put("jakarta.inject", List.of("host"));
    map.put("org.aopalliance", List.of("host"));
    map.put("jdk.incubator.vector", List.of("backend.cpu.kernel"));
    map.put(
        "java.lang.foreign",
        List.of(
            "backend.cpu.kernel",
            "backend.cpu.machine",
            "backend.cuda.driver",
            "host.scan",
            "plugins.onednn",
            "training.checkpoint"));
    map.put("jcuda", List.of("backend.cuda.driver"));
    map.put("org.jcuda", List.of("backend.cuda.driver"));
    map.put("org.ejml", List.of("engine"));
    map.put("picocli", List.of("cli"));
    map.put("me.tongfei.progressbar", List.of("cli"));
    map.put("com.fasterxml.jackson", List.of("training", "cli"));
    map.put("org.snakeyaml", List.of("training"));
    map.put("de.siegmar.fastcsv", List.of("training"));
    map.put("org.junit", List.of("conformance.junit"));
    return map;
  }

  private static String[] packages(String root, Stream<String> parts) {
    return parts.map(part -> below(root + "." + part)).toArray(String[]::new);
  }

  private static String below(String name) {
    return name + "..";
  }
}
