package dev.espalier.integration.plugins;

import static dev.espalier.integration.plugins.Sources.plugin;
import static dev.espalier.integration.plugins.Sources.scaling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.training.Activation;
import dev.espalier.engine.reference.Reference;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.PluginSources;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Plugins with classes of their own: side by side, unloaded, loaded again. */
final class PluginLayersTest {
  @TempDir Path folder;

  private static double at(PluginCatalog catalog, String name, double x) {
    Activation f = catalog.create(ExtensionPoint.ACTIVATION, name, Map.of());
    Graph graph =
        Graph.trace(
            "f", List.of(TensorType.of(DType.F64, 1)), in -> List.of(f.apply(in.getFirst())));
    return Reference.run(graph, List.of(NdArray.of(new double[] {x}, 1))).getFirst().toDoubles()[0];
  }

  private void withLibrary(String id, int version, boolean modular) {
    Path unit = folder.resolve("plugins").resolve(id);
    JarBuilder library =
        new JarBuilder()
            .source(
                "shared.Library",
                "package shared; public class Library { public static double factor() { return "
                    + version
                    + "; } }");
    JarBuilder plugin =
        new JarBuilder()
            .source(
                id + ".P",
                plugin(
                    id + ".P",
                    id,
                    "1",
                    "to.register(ExtensionPoint.ACTIVATION, \""
                        + id
                        + "\", Citation.cite(\"by definition\", \"f x\"), p -> x ->"
                        + " x.mul(shared.Library.factor()));"));
    if (modular) {
      library.source("module-info", "module shared { exports shared; }");
      plugin.module(id, id + ".P", "requires shared;");
    } else {
      plugin.service(id + ".P");
    }
    plugin.against(library.writeTo(unit, "shared.jar")).writeTo(unit, id + ".jar");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void twoPluginsUseTwoVersionsOfOneLibraryAtOnce(boolean modular) {
    withLibrary("old", 3, modular);
    withLibrary("young", 5, modular);
    try (PluginCatalog catalog =
        PluginCatalog.discover(PluginSources.of(folder.resolve("plugins")))) {
      assertThat(catalog.quarantined()).isEmpty();
      assertThat(at(catalog, "old", 2)).isEqualTo(6);
      assertThat(at(catalog, "young", 2)).isEqualTo(10);
      assertThat(catalog.loaded()).extracting(p -> p.layer().isPresent()).containsOnly(modular);
    }
  }

  @Test
  void aModuleMayBringPlainJars() throws IOException {
    Path unit = Files.createDirectories(folder.resolve("plugins").resolve("mixed"));
    Path library =
        new JarBuilder()
            .source(
                "plain.Library",
                "package plain; public class Library { public static double factor() { return 7;"
                    + " } }")
            .writeTo(unit, "plain-1.0.jar");
    new JarBuilder()
        .source("other.Library", "package other; public class Library {}")
        .writeTo(unit, "other-2.jar");
    new JarBuilder()
        .source(
            "mixed.P",
            plugin(
                "mixed.P",
                "mixed",
                "1",
                "to.register(ExtensionPoint.ACTIVATION, \"mixed\", Citation.cite(\"by"
                    + " definition\", \"7x\"), p -> x -> x.mul(plain.Library.factor()));"))
        .module("mixed", "mixed.P", "requires plain;")
        .against(library)
        .writeTo(unit, "mixed.jar");
    try (PluginCatalog catalog =
        PluginCatalog.discover(PluginSources.of(folder.resolve("plugins")))) {
      assertThat(catalog.quarantined()).isEmpty();
      assertThat(at(catalog, "mixed", 2)).isEqualTo(14);
    }
  }

  @Test
  void plainLibrariesOfAModuleMayServeEachOther() throws IOException {
    Path unit = Files.createDirectories(folder.resolve("plugins").resolve("served"));
    Path asks =
        new JarBuilder()
            .source("asks.Number", "package asks; public interface Number { double value(); }")
            .source(
                "asks.Numbers",
                "package asks; public class Numbers { public static double first() { return"
                    + " java.util.ServiceLoader.load(Number.class,"
                    + " Numbers.class.getClassLoader()).findFirst().orElseThrow().value(); } }")
            .writeTo(unit, "asks.jar");
    new JarBuilder()
        .source(
            "serves.Nine",
            "package serves; public class Nine implements asks.Number { public double value() {"
                + " return 9; } }")
        .entry("META-INF/services/asks.Number", "serves.Nine")
        .against(asks)
        .writeTo(unit, "serves.jar");
    JarBuilder plugin =
        new JarBuilder()
            .source(
                "served.P",
                plugin(
                    "served.P",
                    "served",
                    "1",
                    "to.register(ExtensionPoint.ACTIVATION, \"served\", Citation.cite(\"by"
                        + " definition\", \"9x\"), p -> x -> x.mul(asks.Numbers.first()));"))
            .module("served", "served.P", "requires asks;")
            .against(asks);
    plugin.writeTo(unit, "served.jar");
    try (PluginCatalog catalog =
        PluginCatalog.discover(PluginSources.of(folder.resolve("plugins")))) {
      assertThat(catalog.quarantined())
          .singleElement()
          .satisfies(q -> assertThat(q.repair()).contains("META-INF/services too"));
    }
    plugin.service("served.P").writeTo(unit, "served.jar");
    try (PluginCatalog catalog =
        PluginCatalog.discover(PluginSources.of(folder.resolve("plugins")))) {
      assertThat(catalog.quarantined()).isEmpty();
      assertThat(at(catalog, "served", 2)).isEqualTo(18);
    }
  }

  private Path jar(boolean modular, String version, double factor) {
    JarBuilder jar = new JarBuilder().source("p.P", scaling("p.P", "p", version, "scale", factor));
    return (modular ? jar.module("p", "p.P") : jar.service("p.P"))
        .writeTo(folder.resolve("plugins"), "p.jar");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPluginThatIsLoadedAgainIsTheNewOne(boolean modular) {
    Path plugins = folder.resolve("plugins");
    for (int version = 1; version <= 3; version++) {
      jar(modular, "1." + version, version);
      try (PluginCatalog catalog = PluginCatalog.discover(PluginSources.of(plugins))) {
        assertThat(catalog.plugins()).extracting("version").containsExactly("1." + version);
        assertThat(at(catalog, "scale", 2)).isEqualTo(2.0 * version);
      }
    }
  }

  @Test
  void aClosedCatalogueSaysSo() {
    jar(true, "1", 2);
    PluginCatalog catalog = PluginCatalog.discover(PluginSources.of(folder.resolve("plugins")));
    catalog.close();
    catalog.close();
    assertThatThrownBy(() -> catalog.create(ExtensionPoint.ACTIVATION, "scale", Map.of()))
        .isInstanceOfSatisfying(
            EspalierException.class, e -> assertThat(e.code().text()).isEqualTo("use-after-close"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theClassesOfAClosedCatalogueLeaveMemory(boolean modular) throws InterruptedException {
    jar(modular, "1", 2);
    List<WeakReference<Object>> left = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      left.addAll(usedAndClosed());
    }
    // A collection may have to run more than once; a leak never goes.
    for (int tries = 0; tries < 100 && left.stream().anyMatch(r -> r.get() != null); tries++) {
      System.gc();
      Thread.sleep(20);
    }
    assertThat(left).allSatisfy(reference -> assertThat(reference.get()).isNull());
  }

  private List<WeakReference<Object>> usedAndClosed() {
    PluginCatalog catalog = PluginCatalog.discover(PluginSources.of(folder.resolve("plugins")));
    assertThat(at(catalog, "scale", 2)).isEqualTo(4);
    assertThat(catalog.describe("scale")).hasSize(1);
    Object plugin = catalog.loaded().getFirst().plugin();
    List<WeakReference<Object>> references =
        List.of(
            new WeakReference<>(plugin),
            new WeakReference<>(plugin.getClass()),
            new WeakReference<>(plugin.getClass().getClassLoader()));
    catalog.close();
    return references;
  }

  @Test
  void aPluginIsFoundInEveryFolderOnceAndTheFoldersInTheirOrder() {
    jar(true, "1", 2);
    Path plugins = folder.resolve("plugins");
    try (PluginCatalog catalog =
        PluginCatalog.discover(
            PluginSources.of(plugins, plugins.resolve("..").resolve("plugins")))) {
      assertThat(catalog.quarantined()).isEmpty();
      assertThat(catalog.plugins()).hasSize(1);
    }
  }

  @Test
  void aFolderThatIsNotThereIsNamed() {
    assertThatThrownBy(() -> PluginCatalog.discover(PluginSources.of(folder.resolve("nowhere"))))
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code().text()).isEqualTo("file-not-found");
              assertThat(e.getMessage()).contains("nowhere");
            });
  }
}
