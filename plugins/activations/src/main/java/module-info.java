/** The activations that come with Espalier. */
module dev.espalier.plugins.activations {
  requires dev.espalier.api;
  requires static org.jspecify;
}
