package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** See {@link Evaluation#with}. */
record FurtherMeasures(
    Evaluation.Evaluator inner,
    Session session,
    Function<Map<String, NdArray>, Map<String, Double>> further)
    implements Evaluation.Evaluator {
  /** What an {@link EvaluationReport} has beside the further measures. */
  private static final Set<String> RESERVED = Set.of("loss", "accuracy");

  @Override
  public EvaluationReport evaluate(long step) {
    EvaluationReport report = inner.evaluate(step);
    Map<String, Double> all = new LinkedHashMap<>(report.further());
    // A map says nothing of its order, and metrics have the same in every run.
    new TreeMap<>(further.apply(session.tensors()))
        .forEach((name, value) -> {
          if (RESERVED.contains(name) || all.put(name, value) != null) {
            throw new EspalierException(
                ErrorCode.BAD_VALUE,
                "each measure of an evaluation has a name of its own",
                "two measures " + name,
                "give the further measure another name");
          }
        });
    return new EvaluationReport(report.step(), report.loss(), report.accuracy(), all);
  }

  @Override
  public void close() {
    inner.close();
  }
}
