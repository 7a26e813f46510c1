package dev.espalier.cli;

import dev.espalier.training.trainer.EvaluationReport;
import dev.espalier.training.trainer.RunResult;
import dev.espalier.training.trainer.RunStart;
import dev.espalier.training.trainer.StepReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on a terminal; what else there is to say stands above it. */
final class BarProgress implements ProgressView {
  private static final int INTERVAL_MILLIS = 200;

  private final PrintStream out;
  private final Line line;
  private Optional<ProgressBar> bar = Optional.empty();

  BarProgress(PrintStream out, PrintStream err) {
    this.out = out;
    this.line = new Line(err);
  }

  @Override
  public void started(RunStart start) {
    out.println(ProgressView.headline(start));
    out.println(ProgressView.memory(start));
    bar =
        Optional.of(
            new ProgressBarBuilder()
                .setTaskName(start.name())
                .setInitialMax(start.totalSteps())
                .startsFrom(start.firstStep(), Duration.ZERO)
                .setStyle(ProgressBarStyle.COLORFUL_UNICODE_BAR)
                .setUpdateIntervalMillis(INTERVAL_MILLIS)
                .hideEta()
                .setConsumer(line)
                .build());
  }

  @Override
  public void stepped(StepReport report) {
    bar.ifPresent(shown -> {
      shown.setExtraMessage(
          " %s%.3g steps/s  %s left"
              .formatted(
                  ProgressView.lossAndGuarded(report),
                  report.stepsPerSecond(),
                  ProgressView.clock(report.remaining())));
      shown.stepTo(report.step());
    });
  }

  @Override
  public void evaluated(EvaluationReport report) {
    line.above(ProgressView.evaluation(report));
  }

  @Override
  public void checkpointed(long step, Path where) {
    // A person sees the bar go on; where checkpoints lie, the last line says.
  }

  @Override
  public void note(String message) {
    line.above(message);
  }

  @Override
  public void finished(RunResult result) {
    close();
    out.println(ProgressView.ending(result));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
    out.flush();
  }

  /** The terminal's last line, which the bar's own thread draws. */
  private static final class Line implements ProgressBarConsumer {
    private static final String CLEARED = "\r\033[K";

    private final PrintStream err;
    private final ConsoleProgressBarConsumer console;

    Line(PrintStream err) {
      this.err = err;
      this.console = new ConsoleProgressBarConsumer(err);
    }

    synchronized void above(String text) {
      err.println(CLEARED + text);
      err.flush();
    }

    @Override
    public int getMaxRenderedLength() {
      return console.getMaxRenderedLength();
    }

    @Override
    public synchronized void accept(String rendered) {
      console.accept(rendered);
    }

    @Override
    public synchronized void close() {
      console.close();
    }
  }
}
