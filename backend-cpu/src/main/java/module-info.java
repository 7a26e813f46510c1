/** Graphs as fused kernels of the Vector API, in pure Java. */
module dev.espalier.backend.cpu {
  requires transitive dev.espalier.api;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  exports dev.espalier.backend.cpu;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.backend.cpu.CpuPlugin;
}
