package org.example.learnregularisation;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.data.ArrayDataset;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Session;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Measures on examples of neither level, since the ridges were fitted to the held-out ones. Beside
 * loss and accuracy: the mean logarithm of the ridge of the features that matter ({@code relevant})
 * and of the others ({@code irrelevant}).
 *
 * @param examples what is tested on
 * @param features how many of the first features matter
 */
public record Tested(ArrayDataset examples, int features) implements Evaluation {
  @Override
  public Evaluator prepare(Session session, Dataset heldOut, int batch) {
    int rows = examples.size();
    Batch all = examples.batch(IntStream.range(0, rows).toArray());
    Session.Program program =
        session.compile(
            session.step().evaluationGraph(examples.inputType(rows), examples.targetType(rows)));
    float[] weights = new float[rows];
    Arrays.fill(weights, 1);
    NdArray each = NdArray.of(weights, rows);
    return new Evaluator() {
      @Override
      public EvaluationReport evaluate(long step) {
        List<NdArray> sums = program.run(all.inputs(), all.targets(), each);
        double[] ridges =
            Objects.requireNonNull(session.tensors().get("parameters/log_ridge")).toDoubles();
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("loss", sums.get(0).getDouble(0) / rows);
        measures.put("accuracy", sums.get(1).getDouble(0) / rows);
        measures.put("relevant", mean(ridges, 0, features));
        measures.put("irrelevant", mean(ridges, features, ridges.length));
        return EvaluationReport.of(step, measures);
      }

      @Override
      public void close() {
        program.close();
      }
    };
  }

  private static double mean(double[] values, int from, int to) {
    return IntStream.range(from, to).mapToDouble(i -> values[i]).average().orElseThrow();
  }
}
