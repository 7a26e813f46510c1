/** Graphs as CUDA kernels, where there is a device. */
module dev.espalier.backend.cuda {
  requires dev.espalier.api;
  requires static org.jspecify;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.backend.cuda.CudaPlugin;
}
