package dev.espalier.integration.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.host.PluginFacts;
import dev.espalier.host.scan.Capability;
import dev.espalier.host.scan.Place;
import dev.espalier.host.scan.Scan;
import dev.espalier.host.scan.Sign;
import dev.espalier.host.scan.Signs;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.DynamicConstantDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the class files of a jar can do is found without loading them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CapabilityScanTest {
  private static final MethodHandleDesc EXIT =
      MethodHandleDesc.ofMethod(
          DirectMethodHandleDesc.Kind.STATIC,
          ClassDesc.of("java.lang.System"),
          "exit",
          MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));

  @TempDir Path folder;
  private Scan uses = Scan.of(List.of());

  @BeforeAll
  void scanOneClassForEachSign(@TempDir Path shared) throws IOException {
    JarBuilder jar = new JarBuilder();
    Snippet.all().forEach(snippet -> jar.source(snippet.className(), snippet.source()));
    Map<String, byte[]> content = new TreeMap<>(jar.compile());
    // What the compiler refuses to name.
    content.put(
        "uses/Internal.class",
        ClassFile.of()
            .build(
                ClassDesc.of("uses.Internal"),
                type ->
                    type.withMethodBody(
                        "run",
                        MethodTypeDesc.of(ConstantDescs.CD_void),
                        ClassFile.ACC_STATIC,
                        code ->
                            code.invokestatic(
                                    ClassDesc.of("jdk.internal.misc.VM"),
                                    "shutdown",
                                    MethodTypeDesc.of(ConstantDescs.CD_void))
                                .return_())));
    Path file = shared.resolve("uses.jar");
    JarBuilder.write(file, content);
    uses = Scan.of(List.of(file));
  }

  private Path write(Map<String, byte[]> content) throws IOException {
    Path file = Files.createTempFile(folder, "scanned", ".jar");
    JarBuilder.write(file, content);
    return file;
  }

  private Scan scan(String className, String source) throws IOException {
    return Scan.of(List.of(write(new JarBuilder().source(className, source).compile())));
  }

  private Scan scan(Map<String, byte[]> content) throws IOException {
    return Scan.of(List.of(write(content)));
  }

  private static List<Place> places(Scan scan, Capability capability) {
    return scan.found().getOrDefault(capability, List.of());
  }

  private static byte[] compiled(String className, String source) {
    return Objects.requireNonNull(
        new JarBuilder()
            .source(className, source)
            .compile()
            .get(className.replace('.', '/') + ".class"));
  }

  private static byte[] harmless() {
    return compiled("it.It", "package it; class It { int twice(int x) { return 2 * x; } }");
  }

  static List<Snippet> snippets() {
    return Snippet.all();
  }

  @ParameterizedTest
  @MethodSource("snippets")
  void aStatementShowsItsCapability(Snippet snippet) {
    assertThat(places(uses, snippet.capability()))
        .anySatisfy(place -> assertThat(snippet.isAround(place.className())).isTrue());
  }

  @Test
  void withoutAnyOneOfTheSignsAStatementWouldGoUnseen() {
    assertThat(Signs.all())
        .allSatisfy(sign ->
            assertThat(places(uses, sign.capability()).stream().map(Place::className).distinct())
                .as(sign.toString())
                .anyMatch(name -> onlyBy(sign, name)));
  }

  /** Whether everything that a class shows of a sign's capability is seen by that sign alone. */
  private boolean onlyBy(Sign sign, String className) {
    return places(uses, sign.capability()).stream()
        .filter(place -> place.className().equals(className))
        .allMatch(place ->
            Signs.all().stream()
                .filter(one -> one.capability() == sign.capability())
                .filter(one -> one.isSeenIn(place.use()))
                .toList()
                .equals(List.of(sign)));
  }

  @Test
  void whatComputesShowsNothing() throws IOException {
    Scan scan =
        scan(
            "calm.Calm",
            """
            package calm;
            import java.util.*;
            import java.util.function.*;
            import java.util.stream.*;
            final class Calm {
              enum Kind { ONE, TWO }
              sealed interface Shape {}
              record Circle(double radius) implements Shape {}
              record Square(double side) implements Shape {}
              static final class Own extends AbstractList<String> implements Comparable<Own> {
                public String get(int i) { return "" + i; }
                public int size() { return 3; }
                public int compareTo(Own other) { return 0; }
              }
              double area(Shape shape) {
                assert shape != null;
                return switch (shape) {
                  case Circle(double r) -> Math.PI * r * r;
                  case Square s when s.side() > 0 -> s.side() * s.side();
                  case Square _ -> 0;
                };
              }
              String text(Kind kind, List<Double> of) {
                Function<Double, String> text = Object::toString;
                Supplier<List<String>> list = ArrayList::new;
                list.get().addAll(of.stream().map(text).map(t -> t + kind).toList());
                return Kind.valueOf("ONE") + ":" + Arrays.toString(Kind.values())
                    + IntStream.range(0, 3).sum() + java.net.URI.create("a:b").getHost();
              }
              String resource() throws java.io.IOException {
                try (var in = getClass().getResourceAsStream("points.csv");
                    var scanner = new Scanner("1 2")) {
                  System.out.println(scanner.next());
                  return new String(in.readAllBytes());
                } catch (java.net.MalformedURLException e) {
                  throw new java.net.MalformedURLException("it");
                }
              }
              @Override public int hashCode() { return Objects.hash(1, 2L, "3"); }
            }
            """);
    assertThat(scan.found()).isEmpty();
    assertThat(scan.unread()).isEmpty();
    assertThat(scan.notLookedInto()).isEmpty();
    assertThat(scan.classes()).isGreaterThan(4);
  }

  @Test
  void methodReferencesAndLambdasCountWhereTheyStand() throws IOException {
    Scan scan =
        scan(
            "hidden.Hidden",
            """
            package hidden;
            final class Hidden {
              java.util.function.IntConsumer reference() { return System::exit; }
              Runnable lambda() { return () -> System.exit(1); }
              java.util.function.Function<Runnable, Thread> constructor() { return Thread::new; }
            }
            """);
    assertThat(places(scan, Capability.EXIT))
        .extracting(Place::text)
        .containsExactlyInAnyOrder(
            "hidden.Hidden.reference uses java.lang.System.exit",
            "hidden.Hidden.lambda, in a lambda, uses java.lang.System.exit");
    assertThat(places(scan, Capability.THREADS))
        .extracting(Place::text)
        .containsExactly("hidden.Hidden.constructor uses java.lang.Thread.<init>");
  }

  @Test
  void constantsCountWithAndWithoutAnInstruction() throws IOException {
    MethodTypeDesc nothing = MethodTypeDesc.of(ConstantDescs.CD_void);
    DynamicConstantDesc<?> inner =
        DynamicConstantDesc.ofNamed(
            ConstantDescs.BSM_INVOKE, "inner", ConstantDescs.CD_Object, EXIT, 3);
    DynamicConstantDesc<?> nested =
        DynamicConstantDesc.ofNamed(
            ConstantDescs.BSM_INVOKE, "outer", ConstantDescs.CD_Object, EXIT, inner);
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of("it.Constants"),
                type -> {
                  type.withMethodBody(
                      "handle",
                      nothing,
                      ClassFile.ACC_STATIC,
                      code -> code.loadConstant(EXIT).pop().return_());
                  type.withMethodBody(
                      "computed",
                      nothing,
                      ClassFile.ACC_STATIC,
                      code -> code.loadConstant(nested).pop().return_());
                  type.constantPool()
                      .methodRefEntry(
                          ClassDesc.of("java.lang.Runtime"),
                          "halt",
                          MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int));
                });
    assertThat(places(scan(Map.of("it/Constants.class", bytes)), Capability.EXIT))
        .extracting(Place::text)
        .containsExactlyInAnyOrder(
            "it.Constants.handle uses java.lang.System.exit",
            "it.Constants.computed uses java.lang.System.exit",
            "it.Constants uses java.lang.Runtime.halt");
  }

  @Test
  void whatIsForOneReleaseOnlyIsFoundToo() throws IOException {
    byte[] exits = compiled("it.It", "package it; class It { void end() { System.exit(1); } }");
    Scan scan = scan(Map.of("it/It.class", harmless(), "META-INF/versions/21/it/It.class", exits));
    assertThat(scan.classes()).isEqualTo(2);
    assertThat(places(scan, Capability.EXIT)).hasSize(1);
  }

  @Test
  void aClassFileOfANewerJavaIsToldAsSuch() throws IOException {
    byte[] newer = harmless();
    newer[7] = 99;
    assertThat(scan(Map.of("it/It.class", newer)).unread())
        .singleElement()
        .satisfies(part ->
            assertThat(part.text())
                .isEqualTo(
                    "it/It.class: it is of Java 55; what is read here is Java %d and older",
                    Runtime.version().feature()));
  }

  @Test
  void aDamagedClassFileIsToldAndTheOthersAreRead() throws IOException {
    byte[] exits = compiled("it.End", "package it; class End { void end() { System.exit(1); } }");
    Scan scan =
        scan(
            Map.of(
                "a/Text.class",
                "no class".getBytes(StandardCharsets.UTF_8),
                "b/Empty.class",
                new byte[0],
                "c/Cut.class",
                Arrays.copyOf(exits, exits.length / 2),
                "it/End.class",
                exits));
    assertThat(scan.unread())
        .extracting("entry")
        .containsExactlyInAnyOrder("a/Text.class", "b/Empty.class", "c/Cut.class");
    assertThat(places(scan, Capability.EXIT)).hasSize(1);
  }

  @Test
  void noDamageMakesTheScanFail() throws IOException {
    byte[] whole =
        compiled("it.It", "package it; class It { Runnable r() { return () -> System.exit(1); } }");
    SplittableRandom random = new SplittableRandom(3);
    Map<String, byte[]> content = new TreeMap<>();
    for (int i = 0; i < 3000; i++) {
      byte[] damaged =
          random.nextInt(4) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      content.put("it/It" + i + ".class", damaged);
    }
    Scan scan = scan(content);
    assertThat(scan.classes()).isEqualTo(3000);
    assertThat(scan.unread()).hasSizeBetween(500, 3000);
    assertThat(places(scan, Capability.EXIT)).isNotEmpty();
  }

  @Test
  void oneBadConstantHidesNoneOfTheOthers() throws IOException {
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of("it.Bad"),
                type -> {
                  var pool = type.constantPool();
                  MethodTypeDesc takesInt =
                      MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);
                  pool.methodRefEntry(ClassDesc.of("java.lang.Broken"), "first", takesInt);
                  pool.longEntry(7);
                  pool.methodRefEntry(ClassDesc.of("java.lang.System"), "exit", takesInt);
                });
    int name = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("java/lang/Broken");
    // The length of the name, and so that of every constant, stays; its encoding is no UTF-8.
    bytes[name] = (byte) 0xff;
    Scan scan = scan(Map.of("it/Bad.class", bytes));
    assertThat(scan.unread()).hasSize(1);
    assertThat(places(scan, Capability.EXIT)).hasSize(1);
  }

  @Test
  void aJarThatIsCutAnywhereMakesNoScanFail() throws IOException {
    byte[] whole = Files.readAllBytes(write(Map.of("it/It.class", harmless())));
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 200; i++) {
      byte[] damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
      for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Path file = Files.write(folder.resolve("cut.jar"), damaged);
      assertThat(PluginFacts.of(file).scan().unread()).isNotEmpty();
    }
  }

  @Test
  void whatMayHoldCodeBesidesIsNamed() throws IOException {
    Map<String, byte[]> content = new TreeMap<>();
    content.put("it/It.class", harmless());
    content.put("hidden.txt", harmless());
    content.put("lib/more.jar", new byte[] {'P', 'K', 3, 4, 0});
    content.put("lib/more.so", new byte[] {0x7f, 'E', 'L', 'F', 2});
    content.put("lib/more.dll", new byte[] {'M', 'Z', 0});
    content.put("run.sh", "#!/bin/sh\n".getBytes(StandardCharsets.UTF_8));
    content.put("points.csv", "1,2\n".getBytes(StandardCharsets.UTF_8));
    content.put(
        "META-INF/MANIFEST.MF",
        "Manifest-Version: 1.0\nClass-Path: http://elsewhere/other.jar\n"
            .getBytes(StandardCharsets.UTF_8));
    Scan scan = scan(content);
    assertThat(scan.notLookedInto())
        .extracting("entry")
        .containsExactlyInAnyOrder(
            "hidden.txt",
            "lib/more.jar",
            "lib/more.so",
            "lib/more.dll",
            "run.sh",
            "META-INF/MANIFEST.MF");
    assertThat(scan.notLookedInto())
        .anySatisfy(part -> assertThat(part.cause()).contains("http://elsewhere/other.jar"));
  }

  @Test
  void aNameCannotWriteToTheTerminal() throws IOException {
    byte[] bytes =
        ClassFile.of()
            .build(
                ClassDesc.of("it.Odd"),
                type ->
                    type.withMethodBody(
                        "a\u001b[2J\nb",
                        MethodTypeDesc.of(ConstantDescs.CD_void),
                        ClassFile.ACC_STATIC,
                        code ->
                            code.loadConstant(1)
                                .invokestatic(
                                    ClassDesc.of("java.lang.System"),
                                    "exit",
                                    MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int))
                                .return_()));
    assertThat(places(scan(Map.of("it/Odd.class", bytes)), Capability.EXIT))
        .extracting(Place::text)
        .containsExactly("it.Odd.a?[2J?b uses java.lang.System.exit");
  }
}
