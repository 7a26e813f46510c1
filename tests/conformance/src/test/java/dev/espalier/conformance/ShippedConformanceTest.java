package dev.espalier.conformance;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.junit.SuiteTest;
import dev.espalier.conformance.rule.Suite;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/**
 * The engine, the reference interpreter as a backend, and every plugin that comes with Espalier
 * with all that it registers.
 */
final class ShippedConformanceTest extends SuiteTest {
  @Override
  protected List<Suite<?>> suites() {
    Stream<Suite<?>> plugins =
        ServiceLoader.load(Plugin.class).stream()
            .map(ServiceLoader.Provider::get)
            .flatMap(plugin -> Conformance.plugin(plugin).stream());
    return Stream.concat(Stream.of(Conformance.engine(), Conformance.reference()), plugins)
        .toList();
  }
}
