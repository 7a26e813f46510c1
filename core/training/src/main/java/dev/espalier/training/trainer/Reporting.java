package dev.espalier.training.trainer;

import java.util.ArrayList;
import java.util.List;

/**
 * Says where a run's numbers go: a part of the trainer. The listener that is given for one run
 * hears them besides.
 */
@FunctionalInterface
public interface Reporting {
  /** Hears one run; closed at its end, however it ends. */
  interface Report extends TrainingListener, AutoCloseable {
    @Override
    void close();
  }

  /**
   * Opens what hears a run. What it heard before of later steps than the run's first one is to be
   * forgotten: it will be told again.
   *
   * @param start the run
   * @param listener of the run, for notes
   */
  Report open(RunStart start, TrainingListener listener);

  /** Lines of JSON in {@code metrics.jsonl} of the run's folder. */
  static Reporting metricsLog() {
    return MetricsReport::open;
  }

  /** A listener that hears every run and has nothing to close. */
  static Reporting to(TrainingListener listener) {
    return (start, own) -> new Reports(List.of(listener), List.of());
  }

  /** This one and then another. */
  default Reporting and(Reporting other) {
    return (start, listener) -> {
      List<Report> opened = new ArrayList<>();
      opened.add(open(start, listener));
      try {
        opened.add(other.open(start, listener));
      } catch (RuntimeException | Error e) {
        opened.getFirst().close();
        throw e;
      }
      return new Reports(opened, opened);
    };
  }
}
