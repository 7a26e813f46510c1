/** The rules that a plugin or a backend must hold, as tests that anyone can run. */
module dev.espalier.conformance {
  requires transitive dev.espalier.engine;
  requires transitive dev.espalier.host;
  requires transitive dev.espalier.training;
  // Only the classes that are tests of JUnit need it; the program runs the rules without it.
  requires static org.junit.jupiter.api;
  requires org.apache.commons.numbers.gamma;
  requires static org.jspecify;

  exports dev.espalier.conformance;
  exports dev.espalier.conformance.accountant;
  exports dev.espalier.conformance.activation;
  exports dev.espalier.conformance.backend;
  exports dev.espalier.conformance.cases;
  exports dev.espalier.conformance.derivative;
  exports dev.espalier.conformance.estimator;
  exports dev.espalier.conformance.golden;
  exports dev.espalier.conformance.initializer;
  exports dev.espalier.conformance.junit;
  exports dev.espalier.conformance.loss;
  exports dev.espalier.conformance.numerics;
  exports dev.espalier.conformance.operation;
  exports dev.espalier.conformance.optimizer;
  exports dev.espalier.conformance.plugin;
  exports dev.espalier.conformance.problem;
  exports dev.espalier.conformance.report;
  exports dev.espalier.conformance.rule;
  exports dev.espalier.conformance.schedule;
  exports dev.espalier.conformance.subject;

  uses dev.espalier.api.plugin.Plugin;
}
