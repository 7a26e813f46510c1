package dev.espalier.conformance;

import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.conformance.golden.GoldenFile;
import dev.espalier.conformance.golden.Registered;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Extensions for the tests of the kit. */
public final class Registering {
  private Registering() {}

  private record Test() implements Plugin {
    @Override
    public PluginInfo info() {
      return new PluginInfo("test", "1", PluginInfo.API_VERSION);
    }

    @Override
    public void contribute(Registrar to) {}
  }

  /** An extension with a golden file given as text. */
  public static <T> ExtensionSubject<T> subject(
      ExtensionPoint<T> point, Factory<T> factory, String golden) {
    return new ExtensionSubject<>(
        new Registered<>(new Test(), point, "mutant", Citation.cite("a test", "none"), factory),
        Optional.of(GoldenFile.parse(golden)),
        KnownGaps.NONE);
  }

  /** A shipped extension. */
  public static <T> Registered<T> shipped(ExtensionPoint<T> point, String name) {
    return ServiceLoader.load(Plugin.class).stream()
        .map(ServiceLoader.Provider::get)
        .flatMap(plugin -> Registered.by(plugin).stream())
        .filter(registered -> registered.name().equals(name))
        .flatMap(registered -> registered.at(point).stream())
        .findFirst()
        .orElseThrow();
  }

  /** An extension in the place of a shipped one, with that one's golden file. */
  public static <T> ExtensionSubject<T> inPlaceOf(
      ExtensionPoint<T> point, String name, Factory<T> factory) {
    Registered<T> shipped = shipped(point, name);
    return new ExtensionSubject<>(
        new Registered<>(shipped.plugin(), point, name, shipped.citation(), factory),
        GoldenFile.of(shipped),
        KnownGaps.NONE);
  }

  /** A mutant of checks. */
  public static <T> Mutant mutant(
      String name,
      String rule,
      ExtensionSubject<T> subject,
      List<Check<? super ExtensionSubject<T>>> checks) {
    return new Mutant(name, rule, Suite.of(subject, checks));
  }
}
