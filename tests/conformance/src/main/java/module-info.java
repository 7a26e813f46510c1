/** The rules that a plugin or a backend must hold, as tests that anyone can run. */
module dev.espalier.conformance {
  requires transitive dev.espalier.engine;
  requires transitive dev.espalier.host;
  requires transitive dev.espalier.training;
  requires static org.jspecify;

  exports dev.espalier.conformance;
  exports dev.espalier.conformance.golden;

  uses dev.espalier.api.plugin.Plugin;
}
