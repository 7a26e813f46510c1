package dev.espalier.integration.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house rules over the module descriptors as they were compiled. */
final class ModuleDescriptorsTest {
  private static final String PREFIX = "dev.espalier.";
  private static final String API = "dev.espalier.api";

  private final Path root = root();
  private final NavigableMap<String, ModuleReference> modules = modulesOfTheProgram();

  @Test
  void theApiRequiresNothingButTheBaseModule() {
    assertThat(descriptor(API).requires().stream().filter(r -> !isStatic(r)).map(Requires::name))
        .containsExactly("java.base");
    assertThat(descriptor(API).requires().stream().filter(this::isStatic).map(Requires::name))
        .containsExactly("org.jspecify");
  }

  @Test
  void pluginsAndBackendsRequireTheApiAndNothingElseOfEspalier() {
    assertThat(
            modules.keySet().stream()
                .filter(name -> name.startsWith(PREFIX + "plugins.") || isBackend(name)))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(requiredOfEspalier(name)).containsExactly(API));
  }

  @Test
  void theCorePointsOneWay() {
    assertThat(requiredOfEspalier("dev.espalier.engine")).containsExactly(API);
    assertThat(requiredOfEspalier("dev.espalier.training")).isSubsetOf(API, "dev.espalier.engine");
    assertThat(requiredOfEspalier("dev.espalier.host"))
        .isSubsetOf(API, "dev.espalier.engine", "dev.espalier.training");
    assertThat(requiredOfEspalier("dev.espalier.cli"))
        .isSubsetOf(
            API,
            "dev.espalier.engine",
            "dev.espalier.training",
            "dev.espalier.host",
            "dev.espalier.conformance");
  }

  @Test
  void everyFolderOfAPluginOrABackendIsAModule() throws IOException {
    TreeSet<String> expected = new TreeSet<>();
    for (Path pom : poms(root.resolve("plugins"))) {
      expected.add(PREFIX + "plugins." + nameOf(pom).replace("-", ""));
    }
    for (Path pom : poms(root)) {
      if (nameOf(pom).startsWith("backend-")) {
        expected.add(PREFIX + nameOf(pom).replace('-', '.'));
      }
    }

    assertThat(expected).contains("dev.espalier.backend.cpu", "dev.espalier.plugins.losses");
    assertThat(modules.keySet()).containsAll(expected);
  }

  /**
   * The class path finds plugins by the files, the module path by the descriptors: both name the
   * same.
   */
  @Test
  void whatADescriptorProvidesIsNamedInMetaInfServicesToo() throws IOException {
    for (ModuleReference module : modules.values()) {
      TreeMap<String, Set<String>> provided = new TreeMap<>();
      for (ModuleDescriptor.Provides provides : module.descriptor().provides()) {
        provided.put(provides.service(), new TreeSet<>(provides.providers()));
      }
      assertThat(namedInServiceFiles(module)).as(module.descriptor().name()).isEqualTo(provided);
    }
  }

  private NavigableMap<String, Set<String>> namedInServiceFiles(ModuleReference module)
      throws IOException {
    TreeMap<String, Set<String>> named = new TreeMap<>();
    try (ModuleReader reader = module.open();
        Stream<String> resources = reader.list()) {
      List<String> files =
          resources
              .filter(name -> name.startsWith("META-INF/services/") && !name.endsWith("/"))
              .toList();
      for (String file : files) {
        try (InputStream in = reader.open(file).orElseThrow()) {
          named.put(
              file.substring("META-INF/services/".length()),
              new String(in.readAllBytes(), StandardCharsets.UTF_8)
                  .lines()
                  .map(line -> line.replaceFirst("#.*", "").strip())
                  .filter(Predicate.not(String::isEmpty))
                  .collect(Collectors.toCollection(TreeSet::new)));
        }
      }
    }
    return named;
  }

  private ModuleDescriptor descriptor(String name) {
    ModuleReference module = modules.get(name);
    if (module == null) {
      throw new AssertionError(name + " is not among " + modules.keySet());
    }
    return module.descriptor();
  }

  private Set<String> requiredOfEspalier(String name) {
    return descriptor(name).requires().stream()
        .map(Requires::name)
        .filter(required -> required.startsWith(PREFIX))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private boolean isStatic(Requires requires) {
    return requires.modifiers().contains(Requires.Modifier.STATIC);
  }

  private static boolean isBackend(String name) {
    return name.startsWith(PREFIX + "backend.");
  }

  private static List<Path> poms(Path folder) throws IOException {
    try (Stream<Path> folders = Files.list(folder)) {
      return folders.map(f -> f.resolve("pom.xml")).filter(Files::isRegularFile).toList();
    }
  }

  private static String nameOf(Path pom) {
    return pom.getName(pom.getNameCount() - 2).toString();
  }

  /** The modules as the build put them on the class path: folders of classes or jars, whichever. */
  private NavigableMap<String, ModuleReference> modulesOfTheProgram() {
    TreeMap<String, ModuleReference> found = new TreeMap<>();
    String separator = Pattern.quote(System.getProperty("path.separator"));
    Arrays.stream(System.getProperty("java.class.path").split(separator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath())
        .filter(entry -> entry.startsWith(root) && !entry.endsWith("test-classes"))
        .flatMap(entry -> ModuleFinder.of(entry).findAll().stream())
        .filter(module -> module.descriptor().name().startsWith(PREFIX))
        .forEach(module -> found.put(module.descriptor().name(), module));
    return found;
  }

  /** The checkout: the nearest folder above with the program's launcher. */
  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(folder.resolve("espalier"))) {
      Path parent = folder.getParent();
      if (parent == null) {
        throw new IllegalStateException("The tests run inside the checkout of Espalier.");
      }
      folder = parent;
    }
    return folder;
  }
}
