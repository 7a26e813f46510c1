/**
 * What plugins see of Espalier: tensors, the intermediate representation, and the interfaces that
 * plugins implement. It needs nothing but the platform's base module; JSpecify's annotations are
 * used at compile time only.
 */
module dev.espalier.api {
  requires static org.jspecify;

  exports dev.espalier.api;
  exports dev.espalier.api.backend;
  exports dev.espalier.api.ir;
  exports dev.espalier.api.linear;
  exports dev.espalier.api.plugin;
  exports dev.espalier.api.privacy;
  exports dev.espalier.api.tensor;
  exports dev.espalier.api.training;

  uses dev.espalier.api.ir.Calculus;
}
