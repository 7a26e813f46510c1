/** Graphs as fused kernels of the Vector API, in pure Java. */
module dev.espalier.backend.cpu {
  requires dev.espalier.api;
  requires jdk.incubator.vector;
  requires static org.jspecify;
}
