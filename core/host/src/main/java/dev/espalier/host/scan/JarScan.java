package dev.espalier.host.scan;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Goes through the entries of a jar, whatever they are named and for whatever release. */
final class JarScan {
  /** Far more than a class file has, whose constants and methods are counted in 16 bits. */
  private static final int MOST_BYTES = 1 << 24;

  private static final int MAGIC_BYTES = 4;

  /** How entries begin that may hold code, and are not class files by their name. */
  private static final Map<String, String> CODE =
      Map.of(
          "\u00ca\u00fe\u00ba\u00be", "it begins as a class file does, and is not named as one",
          "PK\u0003\u0004", "it is a jar or zip of its own",
          "\u007fELF", "it is a native library or program",
          "MZ", "it begins as a native library or program does",
          "\u00cf\u00fa\u00ed\u00fe", "it is a native library or program",
          "#!", "it is a script");

  private final String jar;
  private int classes;
  private final List<Place> places = new ArrayList<>();
  private final List<Unread> unread = new ArrayList<>();
  private final List<Unread> notLookedInto = new ArrayList<>();

  private JarScan(String jar) {
    this.jar = jar;
  }

  /** What is in a jar; of one that is damaged, what can be read. */
  static Scan of(Path path) {
    JarScan scan = new JarScan(String.valueOf(path.getFileName()));
    // Not as a jar: which entry is of which release, and who signed it, changes nothing here.
    try (ZipFile zip = new ZipFile(path.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (!entry.isDirectory()) {
          scan.read(zip, entry);
        }
      }
    } catch (IOException | RuntimeException e) {
      scan.unread.add(Unread.of(scan.jar, "", e));
    }
    return Scan.of(scan.classes, scan.places, scan.unread, scan.notLookedInto);
  }

  private void read(ZipFile zip, ZipEntry entry) {
    String name = entry.getName();
    try (InputStream in = zip.getInputStream(entry)) {
      if (name.endsWith(".class")) {
        classes++;
        readClass(name, in);
      } else if (name.equals(JarFile.MANIFEST_NAME)) {
        readManifest(name, in);
      } else {
        byte[] magic = in.readNBytes(MAGIC_BYTES);
        kind(magic).ifPresent(what -> notLookedInto.add(new Unread(jar, name, what)));
      }
    } catch (IOException | RuntimeException e) {
      unread.add(Unread.of(jar, name, e));
    }
  }

  private void readClass(String name, InputStream in) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      unread.add(new Unread(jar, name, "it is longer than " + MOST_BYTES + " bytes"));
      return;
    }
    ClassUses.Found found = ClassUses.in(jar, bytes);
    places.addAll(found.places());
    found.faults().stream().limit(1).forEach(fault -> unread.add(new Unread(jar, name, fault)));
  }

  private void readManifest(String name, InputStream in) throws IOException {
    Manifest manifest = new Manifest();
    manifest.read(in);
    String more = manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
    if (more != null && !more.isBlank()) {
      notLookedInto.add(
          new Unread(jar, name, "it names more jars as its class path: " + more.strip()));
    }
  }

  private static Optional<String> kind(byte[] magic) {
    String start = new String(magic, StandardCharsets.ISO_8859_1);
    return CODE.entrySet().stream()
        .filter(known -> start.startsWith(known.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
