package dev.espalier.training.trainer;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Listeners as one, each told in turn.
 *
 * @param listeners all of them
 * @param closed those that are closed with it, in this order
 */
record Reports(List<? extends TrainingListener> listeners, List<? extends Reporting.Report> closed)
    implements Reporting.Report {
  Reports {
    listeners = List.copyOf(listeners);
    closed = List.copyOf(closed);
  }

  private void tell(Consumer<TrainingListener> what) {
    listeners.forEach(what);
  }

  @Override
  public void started(RunStart start) {
    tell(listener -> listener.started(start));
  }

  @Override
  public void stepped(StepReport report) {
    tell(listener -> listener.stepped(report));
  }

  @Override
  public void evaluated(EvaluationReport report) {
    tell(listener -> listener.evaluated(report));
  }

  @Override
  public void checkpointing(long step) {
    tell(listener -> listener.checkpointing(step));
  }

  @Override
  public void checkpointed(long step, Path where) {
    tell(listener -> listener.checkpointed(step, where));
  }

  @Override
  public void note(String message) {
    tell(listener -> listener.note(message));
  }

  /** Closes each, also where one of them fails; the first failure is thrown. */
  @Override
  public void close() {
    RuntimeException failed = null;
    for (Reporting.Report report : closed) {
      try {
        report.close();
      } catch (RuntimeException e) {
        if (failed == null) {
          failed = e;
        } else {
          failed.addSuppressed(e);
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
