package dev.espalier.cli;

import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.RunResult;
import dev.espalier.training.trainer.RunStart;
import dev.espalier.training.trainer.StepReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/** Plain lines: of the steps the first, the last, and one every five seconds. */
final class LineProgress implements ProgressView {
  private static final long INTERVAL = Duration.ofSeconds(5).toNanos();

  private final PrintStream out;
  private final LongSupplier nanoTime;
  private OptionalLong last = OptionalLong.empty();

  LineProgress(PrintStream out, LongSupplier nanoTime) {
    this.out = out;
    this.nanoTime = nanoTime;
  }

  @Override
  public void started(RunStart start) {
    tell(ProgressView.headline(start));
    tell(ProgressView.memory(start));
  }

  @Override
  public void stepped(StepReport report) {
    long now = nanoTime.getAsLong();
    if (last.isEmpty()
        || now - last.getAsLong() >= INTERVAL
        || report.step() == report.totalSteps()) {
      last = OptionalLong.of(now);
      tell(
          "step %d/%d  %s"
              .formatted(report.step(), report.totalSteps(), ProgressView.figures(report)));
    }
  }

  @Override
  public void evaluated(EvaluationReport report) {
    tell(ProgressView.evaluation(report));
  }

  @Override
  public void checkpointed(long step, Path where) {
    tell("checkpoint after step " + step + ": " + where);
  }

  @Override
  public void note(String message) {
    tell(message);
  }

  @Override
  public void finished(RunResult result) {
    tell(ProgressView.ending(result));
  }

  @Override
  public void close() {
    out.flush();
  }

  private void tell(String line) {
    out.println(line);
    out.flush();
  }
}
