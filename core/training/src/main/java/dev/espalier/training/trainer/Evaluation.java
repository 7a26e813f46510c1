package dev.espalier.training.trainer;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.data.Dataset;
import java.util.Map;
import java.util.function.Function;

/** Says how a model is measured: a part of the trainer. */
@FunctionalInterface
public interface Evaluation {
  /** Measures again and again in one run. Closed at the run's end, before its session. */
  interface Evaluator extends AutoCloseable {
    /**
     * Measures what the session holds now.
     *
     * @param step how many steps were done
     */
    EvaluationReport evaluate(long step);

    @Override
    void close();
  }

  /**
   * Prepares to measure, as by compiling the graphs.
   *
   * @param session what is trained
   * @param heldOut the examples that are not trained on
   * @param batch how many examples go through at once
   */
  Evaluator prepare(Session session, Dataset heldOut, int batch);

  /** The means of the step's metrics over every held-out example. */
  static Evaluation onHeldOutExamples() {
    return DatasetEvaluator::new;
  }

  /** The means of the step's metrics over every one of other examples than the held-out ones. */
  static Evaluation on(Dataset examples) {
    return (session, heldOut, batch) -> new DatasetEvaluator(session, examples, batch);
  }

  /**
   * With measures of what is trained, which are reported after the others and in the order of their
   * names. An evaluation fails with BAD_VALUE where one has the name of another measure.
   *
   * @param further measures by name, of what {@link Session#tensors} gives
   */
  default Evaluation with(Function<Map<String, NdArray>, Map<String, Double>> further) {
    return (session, heldOut, batch) ->
        new FurtherMeasures(prepare(session, heldOut, batch), session, further);
  }
}
