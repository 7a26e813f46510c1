package dev.espalier.integration.plugins;

import static dev.espalier.integration.plugins.Sources.scaling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.host.PluginCatalog;
import dev.espalier.host.PluginLock;
import dev.espalier.host.PluginSources;
import dev.espalier.host.Quarantined.Phase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is pinned is loaded as it is pinned or not at all; what is signed is as it was signed. */
final class PluginTrustTest {
  @TempDir Path folder;

  private Path plugin(String id, String version) {
    return new JarBuilder()
        .source(id + ".P", scaling(id + ".P", id, version, id, 2))
        .service(id + ".P")
        .writeTo(folder.resolve("plugins"), id + ".jar");
  }

  private PluginSources sources() {
    return PluginSources.of(folder.resolve("plugins"));
  }

  private PluginLock lockOfAll() {
    try (PluginCatalog catalog = PluginCatalog.discover(sources())) {
      return PluginLock.of(catalog.loaded());
    }
  }

  private void assertMismatch(PluginLock lock, String... found) {
    assertThatThrownBy(() -> PluginCatalog.discover(sources().pinnedBy(lock)).close())
        .isInstanceOfSatisfying(
            EspalierException.class,
            e -> {
              assertThat(e.code().text()).isEqualTo("plugin-mismatch");
              assertThat(e.found()).contains(found);
              assertThat(e.repair()).contains("espalier plugins lock");
            });
  }

  @Test
  void theHashIsThatOfTheFile() throws Exception {
    Path jar = plugin("one", "1");
    Process sum = new ProcessBuilder("sha256sum", jar.toString()).start();
    String expected = new String(sum.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(lockOfAll().pins().getFirst().sha256()).isEqualTo(expected.substring(0, 64));
  }

  @Test
  void aLockIsReadAsItWasWritten() {
    plugin("one", "1");
    plugin("two", "2");
    PluginLock lock = lockOfAll();
    lock.write(folder.resolve("plugins.lock"));
    assertThat(PluginLock.read(folder.resolve("plugins.lock"))).isEqualTo(lock);
    assertThat(lock.pins()).extracting("id").containsExactly("one", "two");
  }

  @Test
  void whatIsPinnedLoadsAndNothingElse() {
    plugin("one", "1");
    PluginLock lock = lockOfAll();
    plugin("two", "1");
    try (PluginCatalog catalog = PluginCatalog.discover(sources().pinnedBy(lock))) {
      assertThat(catalog.plugins()).extracting("id").containsExactly("one");
      assertThat(catalog.quarantined())
          .singleElement()
          .satisfies(q -> {
            assertThat(q.phase()).isEqualTo(Phase.LOCK);
            assertThat(q.location()).endsWith("two.jar");
            assertThat(q.cause()).contains("the lock pins no plugin of its SHA-256");
          });
    }
  }

  @Test
  void anotherFileOfTheSameVersionIsRefused() {
    plugin("one", "1");
    PluginLock lock = lockOfAll();
    new JarBuilder()
        .source("one.P", scaling("one.P", "one", "1", "one", 2.000001))
        .service("one.P")
        .writeTo(folder.resolve("plugins"), "one.jar");
    assertMismatch(lock, "one 1 with SHA-256", "one.jar was not taken");
  }

  @Test
  void aPinnedPluginThatIsGoneIsRefused() throws IOException {
    Path jar = plugin("one", "1");
    PluginLock lock = lockOfAll();
    Files.delete(jar);
    assertMismatch(lock, "one 1 with SHA-256", "it is not there");
  }

  @Test
  void aLockThatNamesAnotherPluginForTheFileIsRefused() {
    plugin("one", "1");
    PluginLock.Pin pin = lockOfAll().pins().getFirst();
    assertMismatch(
        new PluginLock(List.of(new PluginLock.Pin("other", "1", pin.sha256(), pin.file()))),
        "it is one 1");
  }

  @Test
  void aFolderIsPinnedWithEveryFileInIt() throws IOException {
    Path unit = Files.createDirectories(folder.resolve("plugins").resolve("one"));
    Files.move(plugin("one", "1"), unit.resolve("one.jar"));
    Files.writeString(unit.resolve("weights.bin"), "1234");
    PluginLock lock = lockOfAll();
    PluginCatalog.discover(sources().pinnedBy(lock)).close();
    Files.writeString(unit.resolve("weights.bin"), "1235");
    assertMismatch(lock, "one 1 with SHA-256");
  }

  // Signatures

  private static void run(Path folder, String tool, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new java.util.ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private void sign(Path jar) throws IOException, InterruptedException {
    sign(folder, jar);
  }

  /** Signs a jar as CN=An Author, with a key that is made for it in a folder. */
  static void sign(Path folder, Path jar) throws IOException, InterruptedException {
    String password = "not a secret";
    run(
        folder,
        "keytool",
        "-genkeypair",
        "-keystore",
        "keys",
        "-storepass",
        password,
        "-alias",
        "author",
        "-keyalg",
        "EC",
        "-dname",
        "CN=An Author",
        "-validity",
        "30000");
    run(folder, "jarsigner", "-keystore", "keys", "-storepass", password, jar.toString(), "author");
  }

  private static void change(Path jar, Consumer<Path> root) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      root.accept(zip.getPath("/"));
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aSignedJarIsShownWithItsSigner() throws Exception {
    sign(plugin("one", "1"));
    try (PluginCatalog catalog = PluginCatalog.discover(sources())) {
      assertThat(catalog.quarantined()).isEmpty();
      assertThat(catalog.loaded().getFirst().origin().signers())
          .singleElement()
          .satisfies(signer ->
              assertThat(signer).matches("CN=An Author \\(certificate SHA-256 \\w{64}\\)"));
    }
  }

  @Test
  void aSignedJarWhoseContentWasChangedIsSetAside() throws Exception {
    Path jar = plugin("one", "1");
    change(jar, root -> write(root.resolve("notes.txt"), "before"));
    sign(jar);
    change(jar, root -> write(root.resolve("notes.txt"), "after!"));
    assertSetAside("digest error for notes.txt");
  }

  @Test
  void aSignedJarToWhichSomethingWasAddedIsSetAside() throws Exception {
    Path jar = plugin("one", "1");
    sign(jar);
    change(jar, root -> write(root.resolve("more.txt"), "added"));
    assertSetAside("its entry more.txt is not");
  }

  private void assertSetAside(String cause) {
    try (PluginCatalog catalog = PluginCatalog.discover(sources())) {
      assertThat(catalog.plugins()).isEmpty();
      assertThat(catalog.quarantined())
          .singleElement()
          .satisfies(q -> {
            assertThat(q.phase()).isEqualTo(Phase.SIGNATURE);
            assertThat(q.cause()).contains(cause);
            assertThat(q.repair()).contains("from who signed it");
          });
    }
  }
}
