package dev.espalier.conformance.junit;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.Conformance;
import dev.espalier.conformance.rule.Suite;
import java.util.List;

/**
 * The rules for a plugin and all that it registers, a backend among it, as tests:
 *
 * <pre>{@code
 * final class MyPluginTest extends PluginConformance {
 *   @Override
 *   protected Plugin plugin() {
 *     return new MyPlugin();
 *   }
 * }
 * }</pre>
 */
public abstract class PluginConformance extends SuiteTest {
  /** For classes that extend this one. */
  protected PluginConformance() {}

  /** The plugin. */
  protected abstract Plugin plugin();

  @Override
  protected final List<Suite<?>> suites() {
    return Conformance.plugin(plugin());
  }
}
