/** Finds plugins and binds them; the only place of Guice. */
module dev.espalier.host {
  requires transitive dev.espalier.training;
  requires transitive com.google.guice;
  requires transitive jakarta.inject;
  requires static org.jspecify;

  exports dev.espalier.host;
  exports dev.espalier.host.scan;

  uses dev.espalier.api.plugin.Plugin;
}
