/** The initializers that come with Espalier. */
module dev.espalier.plugins.initializers {
  requires dev.espalier.api;
  requires static org.jspecify;
}
