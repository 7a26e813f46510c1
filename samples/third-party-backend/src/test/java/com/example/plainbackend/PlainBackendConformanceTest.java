package com.example.plainbackend;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.junit.PluginConformance;

class PlainBackendConformanceTest extends PluginConformance {
  @Override
  protected Plugin plugin() {
    return new PlainBackendPlugin();
  }
}
