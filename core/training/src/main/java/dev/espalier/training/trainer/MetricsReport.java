package dev.espalier.training.trainer;

import dev.espalier.training.metrics.MetricsLog;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a run's numbers into its metrics log.
 *
 * @param log the file
 * @param first the steps that were done when the run began or went on
 */
record MetricsReport(MetricsLog log, long first) implements Reporting.Report {
  /** The file in the run's folder. */
  static final String FILE = "metrics.jsonl";

  static MetricsReport open(RunStart start, TrainingListener listener) {
    MetricsLog log = MetricsLog.open(start.runFolder().resolve(FILE), start.firstStep());
    log.dropped().ifPresent(listener::note);
    return new MetricsReport(log, start.firstStep());
  }

  @Override
  public void stepped(StepReport report) {
    Map<String, Double> line = new LinkedHashMap<>();
    line.put("epoch", report.epoch());
    if (report.tellsLoss()) {
      line.put("loss", report.loss());
    }
    line.put("gradient_norm", report.gradientNorm());
    line.put("learning_rate", report.learningRate());
    line.putAll(report.guarded());
    line.putAll(report.report());
    log.append(new MetricsLog.Entry(report.step(), line));
  }

  /** A finished run that is resumed has the line of its end already. */
  @Override
  public void evaluated(EvaluationReport report) {
    if (report.step() > first || first == 0) {
      log.append(new MetricsLog.Entry(report.step(), report.named()));
    }
  }

  @Override
  public void checkpointing(long step) {
    log.sync();
  }

  @Override
  public void close() {
    log.close();
  }
}
