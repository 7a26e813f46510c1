/** The schedules that come with Espalier. */
module dev.espalier.plugins.schedules {
  requires dev.espalier.api;
  requires static org.jspecify;
}
