package dev.espalier.integration.plugins;

import dev.espalier.host.scan.Capability;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A statement for every sign that the scan of class files looks for, each in a class of its own.
 *
 * @param capability what it shows
 * @param statement what a plugin would write
 * @param className the class around it
 */
record Snippet(Capability capability, String statement, String className) {
  private static final List<String> STATEMENTS =
      """
      PROCESSES     | new ProcessBuilder("ls").start()
      PROCESSES     | Runtime.getRuntime().exec(new String[0])
      PROCESSES     | ProcessHandle.current().destroyForcibly()
      NETWORK       | new java.net.Socket("localhost", 1)
      NETWORK       | java.net.http.HttpClient.newHttpClient()
      NETWORK       | java.net.URI.create("http://localhost").toURL().openStream()
      NETWORK       | java.nio.channels.SocketChannel.open()
      NETWORK       | java.nio.channels.ServerSocketChannel.open()
      NETWORK       | java.nio.channels.DatagramChannel.open()
      NETWORK       | java.nio.channels.AsynchronousSocketChannel.open()
      NETWORK       | java.nio.channels.AsynchronousServerSocketChannel.open()
      NETWORK       | javax.net.SocketFactory.getDefault()
      NETWORK       | new javax.naming.InitialContext()
      NETWORK       | java.rmi.Naming.lookup("it")
      NETWORK       | java.sql.DriverManager.getConnection("it")
      NETWORK       | com.sun.net.httpserver.HttpServer.create()
      FILES         | new java.io.FileInputStream("it")
      FILES         | new java.io.FileOutputStream("it")
      FILES         | new java.io.FileReader("it")
      FILES         | new java.io.FileWriter("it")
      FILES         | new java.io.RandomAccessFile("it", "rw")
      FILES         | new java.io.PrintStream("it")
      FILES         | new java.io.PrintWriter("it")
      FILES         | new java.util.Formatter("it")
      FILES         | new java.util.Scanner(java.nio.file.Path.of("it"))
      FILES         | new java.util.zip.ZipFile("it")
      FILES         | new java.util.jar.JarFile("it")
      FILES         | new java.util.logging.FileHandler("it")
      FILES         | new java.io.File("it").delete()
      FILES         | java.nio.file.Files.readString(java.nio.file.Path.of("it"))
      FILES         | java.nio.file.FileSystems.newFileSystem(java.nio.file.Path.of("it"))
      FILES         | java.nio.file.spi.FileSystemProvider.installedProviders()
      FILES         | java.nio.channels.FileChannel.open(java.nio.file.Path.of("it"))
      FILES         | java.nio.channels.AsynchronousFileChannel.open(java.nio.file.Path.of("it"))
      NATIVE_CODE   | class Outside { native void call(); }
      NATIVE_CODE   | System.loadLibrary("it")
      NATIVE_CODE   | Runtime.getRuntime().load("it")
      NATIVE_CODE   | java.lang.foreign.Linker.nativeLinker()
      NATIVE_CODE   | java.lang.foreign.SymbolLookup.loaderLookup()
      NATIVE_CODE   | java.lang.foreign.MemorySegment.NULL.reinterpret(1)
      NATIVE_CODE   | java.lang.foreign.ValueLayout.ADDRESS.withTargetLayout(java.lang.foreign.ValueLayout.JAVA_INT)
      NATIVE_CODE   | ModuleLayer.Controller it = null; it.enableNativeAccess(null)
      NATIVE_CODE   | sun.misc.Unsafe it = null; it.addressSize()
      EXIT          | System.exit(3)
      EXIT          | Runtime.getRuntime().halt(3)
      REFLECTION    | Class.forName("it")
      REFLECTION    | java.lang.reflect.Method it = null; it.setAccessible(true)
      REFLECTION    | java.lang.invoke.MethodHandles.publicLookup()
      REFLECTION    | java.lang.invoke.MethodHandles.Lookup it = null; it.defineClass(new byte[0])
      REFLECTION    | java.lang.invoke.MethodHandle it = null; it.invokeExact()
      REFLECTION    | ClassLoader.getSystemClassLoader()
      REFLECTION    | new java.net.URLClassLoader(new java.net.URL[0])
      REFLECTION    | class Own extends java.security.SecureClassLoader {}
      REFLECTION    | Object.class.getModule().addOpens("it", null)
      REFLECTION    | ModuleLayer.boot().defineModulesWithOneLoader(null, null)
      REFLECTION    | java.util.ServiceLoader.load(Runnable.class)
      REFLECTION    | java.lang.instrument.Instrumentation it = null; it.getAllLoadedClasses()
      REFLECTION    | javax.tools.ToolProvider.getSystemJavaCompiler()
      REFLECTION    | new javax.script.ScriptEngineManager()
      ENVIRONMENT   | System.getenv("it")
      ENVIRONMENT   | Boolean.getBoolean("it")
      ENVIRONMENT   | Integer.getInteger("it")
      ENVIRONMENT   | Long.getLong("it")
      THREADS       | new Thread(() -> {}).start()
      THREADS       | Runtime.getRuntime().addShutdownHook(null)
      THREADS       | new java.util.Timer()
      THREADS       | java.util.concurrent.Executors.newCachedThreadPool()
      THREADS       | new java.util.concurrent.ThreadPoolExecutor(1, 1, 1, null, null)
      THREADS       | new java.util.concurrent.ScheduledThreadPoolExecutor(1)
      THREADS       | java.util.concurrent.ForkJoinPool.commonPool()
      THREADS       | class Own extends java.util.concurrent.RecursiveAction { public void compute() {} }
      THREADS       | class Own extends java.util.concurrent.RecursiveTask<Own> { public Own compute() { return this; } }
      THREADS       | class Own extends java.util.concurrent.CountedCompleter<Own> { public void compute() {} }
      THREADS       | java.util.concurrent.CompletableFuture.runAsync(() -> {})
      THREADS       | java.util.Collection<String> it = null; it.parallelStream()
      THREADS       | java.util.List.of().parallelStream()
      THREADS       | java.util.stream.Stream.of(1).parallel()
      THREADS       | java.util.stream.IntStream.of(1).parallel()
      SERIALIZATION | new java.io.ObjectInputStream(null).readObject()
      SERIALIZATION | new java.beans.XMLDecoder(java.io.InputStream.nullInputStream())
      """
          .lines()
          .toList();

  /** All of them. */
  static List<Snippet> all() {
    return IntStream.range(0, STATEMENTS.size())
        .mapToObj(i -> {
          String[] parts = STATEMENTS.get(i).split("\\|", 2);
          return new Snippet(
              Capability.valueOf(parts[0].strip()), parts[1].strip(), "uses.Use" + (100 + i));
        })
        .toList();
  }

  /** The source of the class. */
  String source() {
    return "package uses; class %s { static void run() throws Throwable { %s; } }"
        .formatted(className.substring("uses.".length()), statement);
  }

  /** Whether a class is this one, or one within it. */
  boolean isAround(String found) {
    return found.startsWith(className);
  }

  @Override
  public String toString() {
    return statement;
  }
}
