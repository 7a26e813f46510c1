package dev.espalier.training.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.api.backend.MemoryUse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportingTest {
  private static final RunStart START =
      new RunStart("run", 0, 1, 1, Path.of("run"), "a backend", new MemoryUse(1, 1, 1));

  private final List<String> told = new ArrayList<>();

  private Reporting named(String name, boolean fails) {
    return (start, listener) ->
        new Reporting.Report() {
          @Override
          public void checkpointing(long step) {
            told.add(name + " keeps " + step);
          }

          @Override
          public void close() {
            told.add(name + " closed");
            if (fails) {
              throw new IllegalStateException(name);
            }
          }
        };
  }

  @Test
  void bothHearTheRunInTheirOrder() {
    try (Reporting.Report report =
        named("one", false).and(named("two", false)).open(START, TrainingListener.silent())) {
      report.checkpointing(3);
    }
    assertThat(told).containsExactly("one keeps 3", "two keeps 3", "one closed", "two closed");
  }

  @Test
  void eachIsClosedWhereAnotherFails() {
    Reporting.Report report =
        named("one", true).and(named("two", true)).open(START, TrainingListener.silent());

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(report::close)
        .withMessage("one")
        .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    assertThat(told).containsExactly("one closed", "two closed");
  }

  @Test
  void theFirstIsClosedWhereTheSecondCannotBeOpened() {
    Reporting broken =
        (start, listener) -> {
          throw new IllegalStateException("no disk");
        };
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> named("one", false).and(broken).open(START, TrainingListener.silent()))
        .withMessage("no disk");
    assertThat(told).containsExactly("one closed");
  }
}
