package dev.espalier.host.scan;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What the class files of jars can do, by {@link Signs}; none of them was loaded. The package says
 * what such a scan can show and what it cannot.
 *
 * @param classes how many class files there are
 * @param found the capabilities that were found, each with all the places that show it
 * @param unread class files and jars that cannot be read, or not to their end
 * @param notLookedInto what may hold code besides: jars within a jar, native libraries, scripts
 */
public record Scan(
    int classes,
    Map<Capability, List<Place>> found,
    List<Unread> unread,
    List<Unread> notLookedInto) {
  /** What a reader of the result has to know, in sentences. */
  public static final List<String> LIMITS =
      List.of(
          "This is read from the names in the class files; reflection and native code hide more.",
          "Nothing found is no proof of harmlessness: a plugin has every right of the program.");

  public Scan {
    Map<Capability, List<Place>> copy = new EnumMap<>(Capability.class);
    found.forEach((capability, places) -> copy.put(capability, List.copyOf(places)));
    found = Collections.unmodifiableMap(copy);
    unread = List.copyOf(unread);
    notLookedInto = List.copyOf(notLookedInto);
  }

  /** Looks through jars; it never fails, but tells what it could not read. */
  public static Scan of(List<Path> jars) {
    int classes = 0;
    Map<Capability, List<Place>> found = new EnumMap<>(Capability.class);
    List<Unread> unread = new ArrayList<>();
    List<Unread> notLookedInto = new ArrayList<>();
    for (Path jar : jars) {
      Scan scan = JarScan.of(jar);
      classes += scan.classes;
      scan.found.forEach((capability, places) ->
          found.computeIfAbsent(capability, _ -> new ArrayList<>()).addAll(places));
      unread.addAll(scan.unread);
      notLookedInto.addAll(scan.notLookedInto);
    }
    return new Scan(classes, found, unread, notLookedInto);
  }

  /** Holds uses against the signs. */
  static Scan of(int classes, List<Place> places, List<Unread> unread, List<Unread> notLookedInto) {
    Map<Capability, List<Place>> found = new EnumMap<>(Capability.class);
    for (Place place : places) {
      Signs.all().stream()
          .filter(sign -> sign.isSeenIn(place.use()))
          .map(Sign::capability)
          .distinct()
          .forEach(shown -> found.computeIfAbsent(shown, _ -> new ArrayList<>()).add(place));
    }
    return new Scan(classes, found, unread, notLookedInto);
  }
}
