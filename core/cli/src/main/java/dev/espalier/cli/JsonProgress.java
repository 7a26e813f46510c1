package dev.espalier.cli;

import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.RunResult;
import dev.espalier.training.trainer.RunStart;
import dev.espalier.training.trainer.StepReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A line of JSON for everything that happens; its member {@code event} says what. */
final class JsonProgress implements ProgressView {
  private final PrintStream out;

  JsonProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void started(RunStart start) {
    tell(
        Json.object(
            "event", "started",
            "name", start.name(),
            "first_step", start.firstStep(),
            "total_steps", start.totalSteps(),
            "parameters", start.parameters(),
            "run", start.runFolder(),
            "backend", start.backend(),
            "memory", start.memory().total()));
  }

  @Override
  public void stepped(StepReport report) {
    Map<String, Object> event =
        new LinkedHashMap<>(
            Json.object(
                "event", "step",
                "step", report.step(),
                "total_steps", report.totalSteps()));
    if (report.tellsLoss()) {
      event.put("loss", report.loss());
    }
    event.putAll(report.guarded());
    event.putAll(
        Json.object(
            "learning_rate", report.learningRate(),
            "gradient_norm", report.gradientNorm(),
            "steps_per_second", report.stepsPerSecond(),
            "remaining_seconds", report.remaining().toMillis() / 1e3));
    tell(event);
  }

  @Override
  public void evaluated(EvaluationReport report) {
    tell(evaluation("evaluation", report));
  }

  @Override
  public void checkpointed(long step, Path where) {
    tell(Json.object("event", "checkpoint", "step", step, "path", where));
  }

  @Override
  public void note(String message) {
    tell(Json.object("event", "note", "message", message));
  }

  @Override
  public void finished(RunResult result) {
    Map<String, Object> event = evaluation("finished", result.last());
    event.put("step", result.steps());
    event.put("run", result.runFolder());
    tell(event);
  }

  @Override
  public void close() {
    out.flush();
  }

  private static Map<String, Object> evaluation(String event, EvaluationReport report) {
    return Json.object(
        "event", event,
        "step", report.step(),
        "loss", report.loss(),
        "accuracy", report.accuracy());
  }

  private void tell(Map<String, Object> event) {
    out.println(Json.line(event));
    out.flush();
  }
}
