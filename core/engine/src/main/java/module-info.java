/**
 * Traces, verifies, differentiates, vectorises and simplifies graphs, and interprets them in f64.
 */
module dev.espalier.engine {
  requires transitive dev.espalier.api;
  requires ejml.core;
  requires ejml.ddense;
  requires org.apache.commons.numbers.gamma;
  requires static org.jspecify;

  exports dev.espalier.engine;
  exports dev.espalier.engine.random;
  exports dev.espalier.engine.reference;

  provides dev.espalier.api.ir.Calculus with
      dev.espalier.engine.EngineCalculus;
}
