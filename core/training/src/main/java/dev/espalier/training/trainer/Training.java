package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.training.checkpoint.Checkpoints;
import dev.espalier.training.checkpoint.Manifest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The loop: steps, evaluations, checkpoints, and the stop where a number is no longer finite. */
final class Training {
  private static final String LOSS = "loss";

  private final Assembly assembly;
  private final Run run;
  private final Session session;
  private final StepBatches batches;
  private final Evaluation evaluation;
  private final Checkpoints checkpoints;
  private final Guards guards;
  private final TrainingListener listener;
  private final Map<String, Double> last = new LinkedHashMap<>();
  private long lastCheckpoint;

  Training(
      Assembly assembly,
      Session session,
      StepBatches batches,
      Evaluation evaluation,
      Checkpoints checkpoints,
      Guards guards,
      TrainingListener listener) {
    this.assembly = assembly;
    this.run = assembly.run();
    this.session = session;
    this.batches = batches;
    this.evaluation = evaluation;
    this.checkpoints = checkpoints;
    this.guards = guards;
    this.listener = listener;
  }

  /**
   * Runs the steps that are left, as far as the guards let it, and evaluates at the end.
   *
   * @param first steps done before
   * @param steps the compiled step
   */
  Ended run(long first, Session.Steps steps) {
    long total = run.steps();
    long reached = first;
    lastCheckpoint = first;
    try (Evaluation.Evaluator evaluator =
        evaluation.prepare(session, run.validation(), run.batch())) {
      // A run that was killed before its second checkpoint has this one already.
      if (first == 0 && checkpoints.latest().checkpoint().isEmpty()) {
        save(0);
      }
      EvaluationReport evaluated = null;
      Speed speed = new Speed(first, total);
      for (long number = first; number < total; number++) {
        Optional<String> stop = guards.before(number);
        if (stop.isPresent()) {
          listener.note("the run ends after step " + number + " of " + total + ": " + stop.get());
          break;
        }
        long done = number + 1;
        reached = done;
        double[] values = steps.run(number, batches.next(number));
        requireFinite(done, values);
        if (assembly.step().asks()) {
          batches.asked(number, values[values.length - 2], values[values.length - 1] != 0);
        }
        listener.stepped(report(done, values, speed));
        evaluated = null;
        if (due(run.evaluateEvery(), done) && done < total) {
          evaluated = evaluate(evaluator, done);
        }
        if (due(run.checkpointEvery(), done) && done < total) {
          save(done);
        }
      }
      EvaluationReport end = evaluated == null ? evaluate(evaluator, reached) : evaluated;
      if (lastCheckpoint < reached) {
        save(reached);
      }
      return new Ended(reached, end);
    }
  }

  /**
   * How a run ended.
   *
   * @param steps the steps that are done
   * @param last the evaluation at the end
   */
  record Ended(long steps, EvaluationReport last) {}

  private static boolean due(long every, long done) {
    return every > 0 && done % every == 0;
  }

  private void requireFinite(long done, double[] values) {
    boolean lossTold = !guards.withhold(LOSS);
    if ((lossTold && !Double.isFinite(values[0])) || !Double.isFinite(values[1])) {
      throw notFinite(
          (lossTold ? "loss " + values[0] + " and " : "")
              + "gradient norm "
              + values[1]
              + " in step "
              + done);
    }
  }

  private EspalierException notFinite(String found) {
    return new EspalierException(
        ErrorCode.NOT_FINITE,
        "loss, gradient and parameters stay finite",
        found,
        "lower learning_rate or set clip; the last good checkpoint is that of step "
            + lastCheckpoint);
  }

  private StepReport report(long done, double[] values, Speed speed) {
    List<String> names = assembly.step().reportNames();
    Map<String, Double> further = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      further.put(names.get(i), values[3 + i]);
    }
    double loss = guards.withhold(LOSS) ? Double.NaN : values[0];
    Map<String, Double> guarded = guards.report();
    last.putAll(guarded);
    if (!guards.withhold(LOSS)) {
      last.put(LOSS, loss);
    }
    double perSecond = speed.stepsPerSecond(done, System.nanoTime());
    return new StepReport(
        done,
        run.steps(),
        batches.epoch(done),
        loss,
        values[2],
        values[1],
        further,
        guarded,
        perSecond,
        speed.remaining(done, perSecond));
  }

  private EvaluationReport evaluate(Evaluation.Evaluator evaluator, long done) {
    EvaluationReport report = evaluator.evaluate(done);
    last.putAll(report.named());
    listener.evaluated(report);
    return report;
  }

  private void save(long done) {
    Map<String, NdArray> tensors = session.tensors();
    tensors.putAll(batches.state());
    tensors.forEach((name, values) -> {
      if (!finite(values)) {
        throw notFinite(name + " after step " + done);
      }
    });
    Manifest manifest =
        new Manifest(
            Trainer.VERSION,
            Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS),
            run.seed(),
            done,
            run.origin().config(),
            run.origin().plugins(),
            run.origin().data(),
            last);
    listener.checkpointing(done);
    Path where = checkpoints.save(tensors, manifest);
    lastCheckpoint = done;
    listener.checkpointed(done, where);
  }

  private static boolean finite(NdArray values) {
    if (values.type().dtype().isFloat()) {
      for (int i = 0; i < values.type().shape().size(); i++) {
        if (!Double.isFinite(values.getDouble(i))) {
          return false;
        }
      }
    }
    return true;
  }
}
