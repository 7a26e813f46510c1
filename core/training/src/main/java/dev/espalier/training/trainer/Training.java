package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.training.Loss;
import dev.espalier.training.checkpoint.CheckpointStore;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.data.Batch;
import dev.espalier.training.metrics.MetricsLog;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The loop: steps, evaluations, checkpoints, and the stop where a number is no longer finite. */
final class Training {
  /** Steps over which the speed is averaged. */
  private static final int SPEED_WINDOW = 20;

  private final Assembly assembly;
  private final Session session;
  private final CheckpointStore store;
  private final MetricsLog metrics;
  private final TrainingListener listener;
  private final String version;
  private final Map<String, Double> last = new LinkedHashMap<>();
  private final long[] times = new long[SPEED_WINDOW];
  private long lastCheckpoint;
  private long resumedAt;

  Training(
      Assembly assembly,
      Session session,
      CheckpointStore store,
      MetricsLog metrics,
      TrainingListener listener,
      String version) {
    this.assembly = assembly;
    this.session = session;
    this.store = store;
    this.metrics = metrics;
    this.listener = listener;
    this.version = version;
  }

  /**
   * Runs the steps that are left and evaluates at the end.
   *
   * @param first steps done before
   */
  EvaluationReport run(long first) {
    long total = assembly.totalSteps();
    lastCheckpoint = first;
    resumedAt = first;
    boolean classes = assembly.loss().target() == Loss.Target.CLASSES;
    Batch batch = assembly.data().training().allocate(assembly.config().batch());
    int[] indices = new int[batch.size()];
    try (Session.Steps steps = session.new Steps(batch);
        Session.Evaluations evaluations =
            session
            .new Evaluations(assembly.data().validation(), assembly.config().batch(), classes)) {
      // A run that was killed before its second checkpoint has this one already.
      if (first == 0 && store.latest().checkpoint().isEmpty()) {
        save(0);
      }
      EvaluationReport evaluated = null;
      long begun = System.nanoTime();
      for (long number = first; number < total; number++) {
        assembly.sampler().indices(number, indices);
        assembly.data().training().fill(indices, batch);
        double[] values = steps.run(number, batch);
        requireFinite(number + 1, values);
        record(number + 1, values);
        listener.stepped(report(first, number + 1, values, begun));
        evaluated = null;
        if (due(assembly.config().evaluateEvery(), number + 1) && number + 1 < total) {
          evaluated = evaluate(evaluations, number + 1);
        }
        if (due(assembly.config().checkpointEvery(), number + 1) && number + 1 < total) {
          save(number + 1);
        }
      }
      EvaluationReport end = evaluated == null ? evaluate(evaluations, total) : evaluated;
      if (lastCheckpoint < total) {
        save(total);
      }
      return end;
    }
  }

  private static boolean due(long every, long done) {
    return every > 0 && done % every == 0;
  }

  private void requireFinite(long done, double[] values) {
    if (!Double.isFinite(values[0]) || !Double.isFinite(values[1])) {
      throw notFinite("loss " + values[0] + " and gradient norm " + values[1] + " in step " + done);
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

  private void record(long done, double[] values) {
    Map<String, Double> line = new LinkedHashMap<>();
    line.put("epoch", assembly.sampler().epoch(done));
    line.put("loss", values[0]);
    line.put("gradient_norm", values[1]);
    line.put("learning_rate", values[2]);
    List<String> names = assembly.step().reportNames();
    for (int i = 0; i < names.size(); i++) {
      line.put(names.get(i), values[3 + i]);
    }
    metrics.append(new MetricsLog.Entry(done, line));
    last.put("loss", values[0]);
  }

  private StepReport report(long first, long done, double[] values, long begun) {
    long now = System.nanoTime();
    int slot = (int) (done % SPEED_WINDOW);
    long before = done - first > SPEED_WINDOW ? times[slot] : begun;
    long steps = Math.min(done - first, SPEED_WINDOW);
    times[slot] = now;
    double speed = steps * 1e9 / Math.max(now - before, 1);
    Duration remaining =
        Duration.ofMillis(Math.round(1000 * (assembly.totalSteps() - done) / speed));
    return new StepReport(
        done, assembly.totalSteps(), values[0], values[2], values[1], speed, remaining);
  }

  private EvaluationReport evaluate(Session.Evaluations evaluations, long done) {
    EvaluationReport report = evaluations.run(done);
    Map<String, Double> line = new LinkedHashMap<>();
    line.put("validation_loss", report.loss());
    report.accuracy().ifPresent(accuracy -> line.put("validation_accuracy", accuracy));
    if (done > resumedAt || resumedAt == 0) {
      // A finished run that is resumed has this line already.
      metrics.append(new MetricsLog.Entry(done, line));
    }
    last.putAll(line);
    listener.evaluated(report);
    return report;
  }

  private void save(long done) {
    Map<String, NdArray> tensors = session.tensors();
    tensors.forEach((name, values) -> {
      if (!finite(values)) {
        throw notFinite(name + " after step " + done);
      }
    });
    Manifest manifest =
        new Manifest(
            version,
            Clock.systemUTC().instant().truncatedTo(ChronoUnit.MILLIS),
            assembly.config().seed(),
            done,
            assembly.config().tree(),
            assembly.plugins(),
            assembly.data().source(),
            last);
    metrics.sync();
    Path where = store.save(tensors, manifest);
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
