/** The optimizers that come with Espalier. */
module dev.espalier.plugins.optimizers {
  requires dev.espalier.api;
  requires static org.jspecify;
}
