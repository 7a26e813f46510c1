package dev.espalier.integration.outside;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Maven on a project of its own, which finds Espalier's artifacts, as this build packaged them, in
 * a repository of files; everything else comes from the local repository of this build. Nothing is
 * installed, and nothing is fetched.
 */
final class OutsideBuild {
  private static final String VERSION = "0.1.0-SNAPSHOT";
  private static final Pattern PARENT = Pattern.compile("(?s)<parent>.*?</parent>");
  private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([a-z-]+)</artifactId>");

  private final Path root;
  private final Path work;

  private OutsideBuild(Path root, Path work) {
    this.root = root;
    this.work = work;
  }

  /** What Maven did. */
  record Outcome(int exitCode, String output) {}

  /** In a folder; the repository is staged there. */
  static OutsideBuild in(Path work) throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("espalier"))) {
      root = Objects.requireNonNull(root.getParent(), "a checkout of Espalier around the tests");
    }
    OutsideBuild build = new OutsideBuild(root, work);
    build.stage();
    return build;
  }

  /** Whether this build has packaged its modules; running tests alone does not. */
  static boolean packaged() {
    Path jar = Path.of("../conformance/target/conformance-" + VERSION + ".jar");
    return Files.exists(jar) && Files.exists(Path.of("../../api/target/api-" + VERSION + ".jar"));
  }

  private void stage() throws IOException {
    List<Path> poms = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = String.valueOf(folder.getFileName());
            boolean skipped = List.of("target", "src", ".git", "samples").contains(name);
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.endsWith("pom.xml")) {
              poms.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    for (Path pom : poms) {
      Matcher artifact = ARTIFACT.matcher(PARENT.matcher(Files.readString(pom)).replaceFirst(""));
      if (!artifact.find()) {
        throw new IOException(pom + " names no artifact");
      }
      String name = artifact.group(1) + "-" + VERSION;
      Path to = work.resolve("staged/dev/espalier/" + artifact.group(1) + "/" + VERSION);
      Files.createDirectories(to);
      Files.copy(pom, to.resolve(name + ".pom"));
      Path jar = pom.resolveSibling("target/" + name + ".jar");
      if (Files.exists(jar)) {
        Files.copy(jar, to.resolve(name + ".jar"));
      }
    }
    Path local =
        Path.of(
            System.getProperty(
                "localRepository", System.getProperty("user.home") + "/.m2/repository"));
    Files.writeString(
        work.resolve("settings.xml"),
        """
        <settings>
          <localRepository>%s</localRepository>
          <profiles>
            <profile>
              <id>files</id>
              <repositories>%s%s</repositories>
              <pluginRepositories>%s</pluginRepositories>
            </profile>
          </profiles>
          <activeProfiles><activeProfile>files</activeProfile></activeProfiles>
        </settings>
        """
            .formatted(
                work.resolve("repository"),
                repository("repository", "staged", work.resolve("staged")),
                repository("repository", "local", local),
                repository("pluginRepository", "local", local)));
  }

  private static String repository(String element, String id, Path folder) {
    return """
    <%s>
      <id>%s</id>
      <url>%s</url>
      <releases><checksumPolicy>ignore</checksumPolicy></releases>
      <snapshots><enabled>true</enabled><checksumPolicy>ignore</checksumPolicy></snapshots>
    </%s>
    """
        .formatted(element, id, folder.toUri(), element);
  }

  /** A copy of a sample, without what was built of it. */
  Path copyOf(String sample) throws IOException {
    Path from = root.resolve("samples").resolve(sample);
    Path project = work.resolve(sample);
    try (var files = Files.walk(from)) {
      for (Path file : files.filter(file -> !file.startsWith(from.resolve("target"))).toList()) {
        Files.copy(file, project.resolve(from.relativize(file).toString()));
      }
    }
    return project;
  }

  /** Runs Maven on a project. */
  Outcome maven(Path project, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(
        List.of(
            "mvn",
            "--batch-mode",
            "--offline",
            "-Daether.offline.protocols=file",
            "--settings",
            work.resolve("settings.xml").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder process =
        new ProcessBuilder(command).directory(project.toFile()).redirectErrorStream(true);
    process.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process maven = process.start();
    maven.getOutputStream().close();
    String output = new String(maven.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(maven.waitFor(), output);
  }
}
