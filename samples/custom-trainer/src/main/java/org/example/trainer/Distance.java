package org.example.trainer;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.data.Dataset;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.Session;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures a generator of numbers: it makes as many samples as there are held-out examples. The
 * loss is the Wasserstein-1 distance between the two, on the line the mean distance of the i-th
 * smallest of each; {@code mean} and {@code deviation} are those of the samples.
 *
 * @param noise the samples' noise, [held-out examples, ...], always the same
 */
public record Distance(NdArray noise) implements Evaluation {
  @Override
  public Evaluator prepare(Session session, Dataset heldOut, int batch) {
    double[] wanted = sorted(heldOut.batch(IntStream.range(0, heldOut.size()).toArray()).inputs());
    TensorType type = noise.type();
    Session.Program generate = session.compile(session.step().predictGraph(type));
    return new Evaluator() {
      @Override
      public EvaluationReport evaluate(long step) {
        return report(step, sorted(generate.run(noise).getFirst()), wanted);
      }

      @Override
      public void close() {
        generate.close();
      }
    };
  }

  private static EvaluationReport report(long step, double[] made, double[] wanted) {
    double mean = Arrays.stream(made).average().orElseThrow();
    double variance = Arrays.stream(made).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    double distance =
        IntStream.range(0, made.length)
            .mapToDouble(i -> Math.abs(made[i] - wanted[i]))
            .average()
            .orElseThrow();
    Map<String, Double> measures = new LinkedHashMap<>();
    measures.put("loss", distance);
    measures.put("mean", mean);
    measures.put("deviation", Math.sqrt(variance));
    return EvaluationReport.of(step, measures);
  }

  private static double[] sorted(NdArray values) {
    return IntStream.range(0, values.type().shape().size())
        .mapToDouble(values::getDouble)
        .sorted()
        .toArray();
  }
}
