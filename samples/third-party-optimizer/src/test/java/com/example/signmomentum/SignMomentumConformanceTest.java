package com.example.signmomentum;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.junit.PluginConformance;

class SignMomentumConformanceTest extends PluginConformance {
  @Override
  protected Plugin plugin() {
    return new SignMomentumPlugin();
  }
}
