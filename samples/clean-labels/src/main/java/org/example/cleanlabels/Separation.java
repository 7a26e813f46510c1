package org.example.cleanlabels;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Session;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Measures on examples of neither level. Beside loss and accuracy, {@code auc}: the probability
 * that an example with a right label has a greater weight than one with a wrong label, ties for a
 * half.
 *
 * @param data with what is tested on and which labels are wrong
 */
public record Separation(Labelled data) implements Evaluation {
  @Override
  public Evaluator prepare(Session session, Dataset heldOut, int batch) {
    int rows = data.tested().size();
    Batch all = data.tested().batch(IntStream.range(0, rows).toArray());
    Session.Program program =
        session.compile(
            session
                .step()
                .evaluationGraph(data.tested().inputType(rows), data.tested().targetType(rows)));
    float[] ones = new float[rows];
    Arrays.fill(ones, 1);
    NdArray each = NdArray.of(ones, rows);
    return new Evaluator() {
      @Override
      public EvaluationReport evaluate(long step) {
        List<NdArray> sums = program.run(all.inputs(), all.targets(), each);
        double[] weights =
            Objects.requireNonNull(session.tensors().get("parameters/" + CleaningStep.WEIGHT))
                .toDoubles();
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("loss", sums.get(0).getDouble(0) / rows);
        measures.put("accuracy", sums.get(1).getDouble(0) / rows);
        measures.put("auc", auc(weights, data.wrong()));
        return EvaluationReport.of(step, measures);
      }

      @Override
      public void close() {
        program.close();
      }
    };
  }

  /** By ranks: Mann and Whitney's statistic over the number of pairs. */
  static double auc(double[] weights, boolean[] wrong) {
    Integer[] order = IntStream.range(0, weights.length).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> weights[i]));
    double ranks = 0;
    long right = 0;
    for (int from = 0; from < order.length; ) {
      int to = from;
      while (to < order.length && weights[order[to]] == weights[order[from]]) {
        to++;
      }
      for (int k = from; k < to; k++) {
        if (!wrong[order[k]]) {
          ranks += (from + to + 1) / 2.0;
          right++;
        }
      }
      from = to;
    }
    return (ranks - right * (right + 1) / 2.0) / ((double) right * (weights.length - right));
  }
}
