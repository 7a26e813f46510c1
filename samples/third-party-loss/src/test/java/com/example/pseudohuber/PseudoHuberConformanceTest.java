package com.example.pseudohuber;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.junit.PluginConformance;

class PseudoHuberConformanceTest extends PluginConformance {
  @Override
  protected Plugin plugin() {
    return new PseudoHuberPlugin();
  }
}
