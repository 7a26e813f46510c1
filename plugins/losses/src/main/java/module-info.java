/** The losses that come with Espalier. */
module dev.espalier.plugins.losses {
  requires dev.espalier.api;
  requires static org.jspecify;
}
