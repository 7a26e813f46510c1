package com.example.bellcurve;

import dev.espalier.api.plugin.Plugin;
import dev.espalier.conformance.junit.PluginConformance;

class BellCurveConformanceTest extends PluginConformance {
  @Override
  protected Plugin plugin() {
    return new BellCurvePlugin();
  }
}
