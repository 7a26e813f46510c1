package com.example.adadelta;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.junit.PluginConformance;

class AdaDeltaConformanceTest extends PluginConformance {
  @Override
  protected Plugin plugin() {
    return new AdaDeltaPlugin();
  }
}
