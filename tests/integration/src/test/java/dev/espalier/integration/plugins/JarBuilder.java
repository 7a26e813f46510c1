package dev.espalier.integration.plugins;

import dev.espalier.api.plugin.Plugin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * Makes a jar from sources, against the plugin API alone and other jars, and damages it at will.
 */
final class JarBuilder {
  private static final String SERVICE = Plugin.class.getName();

  private final Map<String, String> sources = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new TreeMap<>();
  private final List<String> absent = new ArrayList<>();
  private final List<Path> libraries = new ArrayList<>();

  /** A class, or {@code module-info}. */
  JarBuilder source(String className, String text) {
    sources.put(className, text);
    return this;
  }

  /** A descriptor that requires the API and what else is given, and provides a plugin. */
  JarBuilder module(String name, String provider, String... more) {
    return source(
        "module-info",
        "module %s { requires dev.espalier.api; %s provides %s with %s; }"
            .formatted(name, String.join(" ", more), SERVICE, provider));
  }

  /** A service file with these lines. */
  JarBuilder service(String... lines) {
    return entry("META-INF/services/" + SERVICE, String.join("\n", lines));
  }

  /** A file. */
  JarBuilder entry(String name, String content) {
    entries.put(name, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Leaves a file out that the compiler made. */
  JarBuilder without(String entry) {
    absent.add(entry);
    return this;
  }

  /** A jar to compile against. */
  JarBuilder against(Path library) {
    libraries.add(library);
    return this;
  }

  /** The class files that the compiler makes, by entry. */
  Map<String, byte[]> compile() {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    Map<String, ByteArrayOutputStream> classes = new TreeMap<>();
    List<String> path =
        Stream.concat(Stream.of(of(Plugin.class)), libraries.stream()).map(Path::toString).toList();
    String joined = String.join(System.getProperty("path.separator"), path);
    String option = sources.containsKey("module-info") ? "--module-path" : "--class-path";
    try (JavaFileManager standard =
            compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
        JavaFileManager memory = new InMemory(standard, classes)) {
      boolean done =
          compiler
              .getTask(
                  messages,
                  memory,
                  null,
                  List.of(option, joined, "-proc:none", "-nowarn"),
                  null,
                  sources.entrySet().stream()
                      .map(e -> new Source(e.getKey(), e.getValue()))
                      .toList())
              .call();
      if (!done) {
        throw new AssertionError(messages.toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return classes.entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey, e -> e.getValue().toByteArray(), (a, _) -> a, TreeMap::new));
  }

  /** Writes the jar. */
  Path writeTo(Path folder, String name) {
    Map<String, byte[]> content = new TreeMap<>();
    if (!sources.isEmpty()) {
      content.putAll(compile());
    }
    content.putAll(entries);
    absent.forEach(content::remove);
    Path file = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file;
  }

  /** A jar of these files. */
  static void write(Path file, Map<String, byte[]> content) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : content.entrySet()) {
        jar.putNextEntry(new JarEntry(entry.getKey()));
        jar.write(entry.getValue());
        jar.closeEntry();
      }
    }
  }

  /** The jar or folder of a class. */
  private static Path of(Class<?> type) {
    return Path.of(URI.create(type.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(
          URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class InMemory extends ForwardingJavaFileManager<JavaFileManager> {
    private final Map<String, ByteArrayOutputStream> classes;

    InMemory(JavaFileManager standard, Map<String, ByteArrayOutputStream> classes) {
      super(standard);
      this.classes = classes;
    }

    @Override
    public JavaFileObject getJavaFileForOutput(
        Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
      String entry = className.replace('.', '/') + kind.extension;
      return new SimpleJavaFileObject(URI.create("memory:///" + entry), kind) {
        @Override
        public OutputStream openOutputStream() {
          return classes.computeIfAbsent(entry, _ -> new ByteArrayOutputStream());
        }
      };
    }
  }
}
