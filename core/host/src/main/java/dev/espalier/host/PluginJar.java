package dev.espalier.host;

import dev.espalier.host.Quarantined.Phase;
import dev.espalier.training.file.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/**
 * What a jar says of itself, read without loading a class.
 *
 * @param path the jar
 * @param modular whether it has a module descriptor
 * @param classByPackage one class's resource for every package
 * @param services the services that its {@code META-INF/services} has files for
 * @param classPath the further jars that its manifest names as its class path, as it names them
 * @param signers who signed it, all content checked; empty where it is not signed
 */
record PluginJar(
    Path path,
    boolean modular,
    Map<String, String> classByPackage,
    Set<String> services,
    List<String> classPath,
    List<String> signers) {
  private static final String SERVICES = "META-INF/services/";
  private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/\\d+/(.*)");
  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/([^/]+\\.(SF|RSA|DSA|EC)|SIG-[^/]*)", Pattern.CASE_INSENSITIVE);

  /**
   * Reads a jar; one that is signed to its last byte.
   *
   * @throws UnitFault READ for what is no jar, SIGNATURE where content and signature differ
   */
  static PluginJar read(Path path) throws UnitFault {
    try (JarFile jar =
        new JarFile(path.toFile(), true, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
      List<JarEntry> entries = jar.stream().filter(entry -> !entry.isDirectory()).toList();
      Map<String, String> classes = new LinkedHashMap<>();
      Set<String> services = new TreeSet<>();
      boolean signed = false;
      for (JarEntry entry : entries) {
        String name = VERSIONED.matcher(entry.getName()).replaceFirst("$1");
        int slash = name.lastIndexOf('/');
        if (name.endsWith(".class") && slash > 0) {
          classes.putIfAbsent(name.substring(0, slash).replace('/', '.'), name);
        } else if (name.startsWith(SERVICES) && slash == SERVICES.length() - 1) {
          services.add(name.substring(SERVICES.length()));
        }
        signed |= name.toUpperCase(Locale.ROOT).matches("META-INF/[^/]+\\.SF");
      }
      return new PluginJar(
          path,
          jar.getJarEntry("module-info.class") != null,
          classes,
          services,
          classPath(jar),
          signed ? signers(jar, entries) : List.of());
    } catch (IOException e) {
      throw UnitFault.of(
          Phase.READ, e, "it is damaged or no jar: fetch it again, or remove it from the folder");
    } catch (SecurityException e) {
      throw UnitFault.of(
          Phase.SIGNATURE,
          e,
          "its content is not what was signed: fetch it again from who signed it");
    }
  }

  private static List<String> classPath(JarFile jar) throws IOException {
    Manifest manifest = jar.getManifest();
    String named =
        manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    return named == null || named.isBlank() ? List.of() : List.of(named.strip().split(" +", -1));
  }

  /** A signature is checked while an entry is read to its end. */
  private static List<String> signers(JarFile jar, List<JarEntry> entries)
      throws IOException, UnitFault {
    Set<String> signers = new TreeSet<>();
    for (JarEntry entry : entries) {
      try (InputStream in = jar.getInputStream(entry)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
      if (entry.getName().equals(JarFile.MANIFEST_NAME)
          || SIGNATURE.matcher(entry.getName()).matches()) {
        continue;
      }
      CodeSigner[] of = entry.getCodeSigners();
      if (of == null || of.length == 0) {
        throw new UnitFault(
            Phase.SIGNATURE,
            "the jar is signed, and its entry " + entry.getName() + " is not",
            "something was added after signing: fetch it again from who signed it");
      }
      Arrays.stream(of)
          .map(signer -> signer.getSignerCertPath().getCertificates().getFirst())
          .map(PluginJar::nameOf)
          .forEach(signers::add);
    }
    return List.copyOf(signers);
  }

  private static String nameOf(Certificate certificate) {
    String subject =
        certificate instanceof X509Certificate x509
            ? x509.getSubjectX500Principal().getName()
            : "a certificate of type " + certificate.getType();
    try {
      return subject + " (certificate SHA-256 " + Sha256.of(certificate.getEncoded()) + ")";
    } catch (CertificateEncodingException e) {
      return subject + " (certificate without an encoding)";
    }
  }
}
