/** Layers, data, trainer, checkpoints, run records and reports. */
module dev.espalier.training {
  requires transitive dev.espalier.engine;
  requires com.fasterxml.jackson.core;
  requires de.siegmar.fastcsv;
  requires org.snakeyaml.engine;
  requires static org.jspecify;

  exports dev.espalier.training;
  exports dev.espalier.training.checkpoint;
  exports dev.espalier.training.config;
  exports dev.espalier.training.curvature;
  exports dev.espalier.training.data;
  exports dev.espalier.training.file;
  exports dev.espalier.training.json;
  exports dev.espalier.training.layer;
  exports dev.espalier.training.metrics;
  exports dev.espalier.training.model;
  exports dev.espalier.training.objective;
  exports dev.espalier.training.plot;
  exports dev.espalier.training.probe;
  exports dev.espalier.training.step;
  exports dev.espalier.training.trainer;
}
