package dev.espalier.training.trainer;

import dev.espalier.api.tensor.NdArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** See {@link Evaluation#with}. */
record FurtherMeasures(
    Evaluation.Evaluator inner,
    Session session,
    Function<Map<String, NdArray>, Map<String, Double>> further)
    implements Evaluation.Evaluator {
  @Override
  public EvaluationReport evaluate(long step) {
    EvaluationReport report = inner.evaluate(step);
    Map<String, Double> all = new LinkedHashMap<>(report.further());
    all.putAll(further.apply(session.tensors()));
    return new EvaluationReport(report.step(), report.loss(), report.accuracy(), all);
  }

  @Override
  public void close() {
    inner.close();
  }
}
