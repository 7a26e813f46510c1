package dev.espalier.host.scan;

import static dev.espalier.host.scan.Capability.ENVIRONMENT;
import static dev.espalier.host.scan.Capability.EXIT;
import static dev.espalier.host.scan.Capability.FILES;
import static dev.espalier.host.scan.Capability.NATIVE_CODE;
import static dev.espalier.host.scan.Capability.NETWORK;
import static dev.espalier.host.scan.Capability.PROCESSES;
import static dev.espalier.host.scan.Capability.REFLECTION;
import static dev.espalier.host.scan.Capability.SERIALIZATION;
import static dev.espalier.host.scan.Capability.THREADS;

import java.util.List;
import java.util.Set;

/** The signs that are looked for: of the JDK 25, what a plugin that computes has no need of. */
public final class Signs {
  private static final String FROM_NAME = "<init>(Ljava/lang/String;";
  private static final String FROM_FILE = "<init>(Ljava/io/File;";
  private static final String FROM_PATH = "<init>(Ljava/nio/file/Path;";

  private static final List<Sign> ALL =
      List.of(
          of(PROCESSES, "java.lang.ProcessBuilder"),
          of(PROCESSES, "java.lang.Runtime", "exec"),
          of(PROCESSES, "java.lang.ProcessHandle", "destroy", "destroyForcibly"),
          within(
              NETWORK,
              "java.net",
              "java.net.URI",
              "java.net.URL",
              "java.net.URLDecoder",
              "java.net.URLEncoder"),
          of(NETWORK, "java.net.URL", "openConnection", "openStream", "getContent"),
          of(NETWORK, "java.nio.channels.SocketChannel", "open"),
          of(NETWORK, "java.nio.channels.ServerSocketChannel", "open"),
          of(NETWORK, "java.nio.channels.DatagramChannel", "open"),
          of(NETWORK, "java.nio.channels.AsynchronousSocketChannel", "open"),
          of(NETWORK, "java.nio.channels.AsynchronousServerSocketChannel", "open"),
          within(NETWORK, "javax.net"),
          within(NETWORK, "javax.naming"),
          within(NETWORK, "java.rmi"),
          within(NETWORK, "java.sql", "java.sql.Date", "java.sql.Time", "java.sql.Timestamp"),
          within(NETWORK, "com.sun.net.httpserver"),
          of(FILES, "java.io.FileInputStream"),
          of(FILES, "java.io.FileOutputStream"),
          of(FILES, "java.io.FileReader"),
          of(FILES, "java.io.FileWriter"),
          of(FILES, "java.io.RandomAccessFile"),
          of(FILES, "java.io.PrintStream", FROM_NAME, FROM_FILE),
          of(FILES, "java.io.PrintWriter", FROM_NAME, FROM_FILE),
          of(FILES, "java.util.Formatter", FROM_NAME, FROM_FILE),
          of(FILES, "java.util.Scanner", FROM_FILE, FROM_PATH),
          of(FILES, "java.util.zip.ZipFile"),
          of(FILES, "java.util.jar.JarFile"),
          of(FILES, "java.util.logging.FileHandler"),
          of(
              FILES,
              "java.io.File",
              "canExecute",
              "canRead",
              "canWrite",
              "createNewFile",
              "createTempFile",
              "delete",
              "deleteOnExit",
              "exists",
              "isDirectory",
              "isFile",
              "isHidden",
              "lastModified",
              "length",
              "list",
              "listFiles",
              "listRoots",
              "mkdir",
              "mkdirs",
              "renameTo",
              "setExecutable",
              "setLastModified",
              "setReadOnly",
              "setReadable",
              "setWritable"),
          of(FILES, "java.nio.file.Files"),
          of(FILES, "java.nio.file.FileSystems", "newFileSystem"),
          within(FILES, "java.nio.file.spi"),
          of(FILES, "java.nio.channels.FileChannel", "open"),
          of(FILES, "java.nio.channels.AsynchronousFileChannel", "open"),
          new Sign.NativeMethod(NATIVE_CODE),
          of(NATIVE_CODE, "java.lang.System", "load", "loadLibrary"),
          of(NATIVE_CODE, "java.lang.Runtime", "load", "loadLibrary"),
          of(NATIVE_CODE, "java.lang.foreign.Linker"),
          of(NATIVE_CODE, "java.lang.foreign.SymbolLookup"),
          of(NATIVE_CODE, "java.lang.foreign.MemorySegment", "reinterpret"),
          of(NATIVE_CODE, "java.lang.foreign.AddressLayout", "withTargetLayout"),
          of(NATIVE_CODE, "java.lang.ModuleLayer$Controller", "enableNativeAccess"),
          within(NATIVE_CODE, "sun"),
          within(NATIVE_CODE, "jdk.internal"),
          of(EXIT, "java.lang.System", "exit"),
          of(EXIT, "java.lang.Runtime", "exit", "halt"),
          of(
              REFLECTION,
              "java.lang.Class",
              "forName",
              "getConstructor",
              "getConstructors",
              "getDeclaredConstructor",
              "getDeclaredConstructors",
              "getDeclaredField",
              "getDeclaredFields",
              "getDeclaredMethod",
              "getDeclaredMethods",
              "getField",
              "getFields",
              "getMethod",
              "getMethods",
              "newInstance"),
          within(REFLECTION, "java.lang.reflect"),
          of(
              REFLECTION,
              "java.lang.invoke.MethodHandles",
              "lookup",
              "privateLookupIn",
              "publicLookup"),
          of(REFLECTION, "java.lang.invoke.MethodHandles$Lookup"),
          of(
              REFLECTION,
              "java.lang.invoke.MethodHandle",
              "invoke",
              "invokeExact",
              "invokeWithArguments"),
          of(
              REFLECTION,
              "java.lang.ClassLoader",
              "<init>",
              "defineClass",
              "findClass",
              "getPlatformClassLoader",
              "getSystemClassLoader",
              "loadClass"),
          of(REFLECTION, "java.net.URLClassLoader"),
          of(REFLECTION, "java.security.SecureClassLoader"),
          of(REFLECTION, "java.lang.Module", "addExports", "addOpens"),
          of(
              REFLECTION,
              "java.lang.ModuleLayer",
              "defineModules",
              "defineModulesWithManyLoaders",
              "defineModulesWithOneLoader"),
          of(REFLECTION, "java.util.ServiceLoader"),
          within(REFLECTION, "java.lang.instrument"),
          within(REFLECTION, "javax.tools"),
          within(REFLECTION, "javax.script"),
          of(
              ENVIRONMENT,
              "java.lang.System",
              "clearProperty",
              "getProperties",
              "getProperty",
              "getenv",
              "setProperties",
              "setProperty"),
          of(ENVIRONMENT, "java.lang.Boolean", "getBoolean"),
          of(ENVIRONMENT, "java.lang.Integer", "getInteger"),
          of(ENVIRONMENT, "java.lang.Long", "getLong"),
          of(
              THREADS,
              "java.lang.Thread",
              "<init>",
              "ofPlatform",
              "ofVirtual",
              "start",
              "startVirtualThread"),
          of(THREADS, "java.lang.Runtime", "addShutdownHook"),
          of(THREADS, "java.util.Timer"),
          of(THREADS, "java.util.concurrent.Executors"),
          of(THREADS, "java.util.concurrent.ThreadPoolExecutor"),
          of(THREADS, "java.util.concurrent.ScheduledThreadPoolExecutor"),
          of(THREADS, "java.util.concurrent.ForkJoinPool"),
          of(THREADS, "java.util.concurrent.RecursiveAction"),
          of(THREADS, "java.util.concurrent.RecursiveTask"),
          of(THREADS, "java.util.concurrent.CountedCompleter"),
          of(
              THREADS,
              "java.util.concurrent.CompletableFuture",
              "completeAsync",
              "runAsync",
              "supplyAsync",
              "thenAcceptAsync",
              "thenApplyAsync",
              "thenComposeAsync",
              "thenRunAsync"),
          of(THREADS, "java.util.Collection", "parallelStream"),
          of(THREADS, "java.util.List", "parallelStream"),
          of(THREADS, "java.util.stream.Stream", "parallel"),
          of(THREADS, "java.util.stream.IntStream", "parallel"),
          of(SERIALIZATION, "java.io.ObjectInputStream"),
          of(SERIALIZATION, "java.beans.XMLDecoder"));

  private Signs() {}

  /** All of them. */
  public static List<Sign> all() {
    return ALL;
  }

  private static Sign of(Capability capability, String owner, String... members) {
    return new Sign.Members(capability, owner, List.of(members));
  }

  private static Sign within(Capability capability, String name, String... except) {
    return new Sign.Within(capability, name, Set.of(except));
  }
}
