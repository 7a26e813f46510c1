package dev.espalier.training.trainer;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.Dataset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The means of the step's metrics over a dataset. */
final class DatasetEvaluator implements Evaluation.Evaluator {
  private final Dataset dataset;
  private final List<String> metrics;
  private final Batch batch;
  private final Session.Program program;

  DatasetEvaluator(Session session, Dataset dataset, int size) {
    this.dataset = dataset;
    this.metrics = session.step().metricNames();
    this.batch = dataset.allocate(Math.min(size, dataset.size()));
    this.program =
        session.compile(
            session.step().evaluationGraph(batch.inputs().type(), batch.targets().type()));
  }

  /** A last batch is filled up with examples of weight 0. */
  @Override
  public EvaluationReport evaluate(long step) {
    double[] sums = new double[metrics.size()];
    double count = 0;
    int[] indices = new int[batch.size()];
    for (int from = 0; from < dataset.size(); from += batch.size()) {
      float[] weights = new float[batch.size()];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = Math.min(from + i, dataset.size() - 1);
        weights[i] = from + i < dataset.size() ? 1 : 0;
      }
      dataset.fill(indices, batch);
      List<NdArray> out =
          program.run(batch.inputs(), batch.targets(), NdArray.of(weights, weights.length));
      for (int i = 0; i < sums.length; i++) {
        sums[i] += out.get(i).getDouble(0);
      }
      count += out.getLast().getDouble(0);
    }
    Map<String, Double> means = new LinkedHashMap<>();
    for (int i = 0; i < sums.length; i++) {
      means.put(metrics.get(i), sums[i] / count);
    }
    return EvaluationReport.of(step, means);
  }

  @Override
  public void close() {
    program.close();
  }
}
