package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.backend.cpu.run.Frame;
import dev.espalier.backend.cpu.run.Program;
import dev.espalier.backend.cpu.run.WorkerPool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkerPoolTest {
  private static final int[] COUNTS = {0, 1, 2, 3, 7, 64};

  private static Frame frame(WorkerPool pool) {
    var nothing =
        new Program(
            "nothing", List.of(), List.of(), List.of(), 0, List.of(), Map.of(), Map.of(),
            List.of());
    return nothing.newFrame(pool.newScratch());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachTaskOfAJobIsDoneOnceBeforeTheJobReturns(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      Frame frame = frame(pool);
      for (int round = 0; round < 3000; round++) {
        int count = COUNTS[round % COUNTS.length];
        var done = new AtomicIntegerArray(64);
        pool.run(count, frame, (_, _, i) -> done.incrementAndGet(i));
        for (int i = 0; i < 64; i++) {
          assertThat(done.get(i)).isEqualTo(i < count ? 1 : 0);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void aFailureReachesTheCallerAndTheNextJobIsWhole(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      Frame frame = frame(pool);
      for (int round = 0; round < 200; round++) {
        int bad = round % 5;
        assertThatThrownBy(() ->
                pool.run(
                    5,
                    frame,
                    (_, _, i) -> {
                      if (i == bad) {
                        throw new IllegalStateException("task " + i);
                      }
                    }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("task " + bad);
        var done = new AtomicIntegerArray(5);
        pool.run(5, frame, (_, _, i) -> done.incrementAndGet(i));
        assertThat(IntStream.range(0, 5).map(done::get)).containsOnly(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void callersAtOnceEachGetTheirOwnTasksDone(int threads) throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(threads)) {
      int callers = 4;
      int rounds = 500;
      var done = new AtomicIntegerArray(callers);
      var start = new CountDownLatch(1);
      var running =
          IntStream.range(0, callers)
              .mapToObj(caller ->
                  Thread.ofPlatform()
                      .start(() -> {
                        Frame frame = frame(pool);
                        try {
                          start.await();
                        } catch (InterruptedException e) {
                          return;
                        }
                        for (int round = 0; round < rounds; round++) {
                          pool.run(6, frame, (_, _, i) -> done.addAndGet(caller, i));
                        }
                      }))
              .toList();
      start.countDown();
      for (Thread thread : running) {
        thread.join();
      }
      assertThat(IntStream.range(0, callers).map(done::get)).containsOnly(15 * rounds);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 8})
  void workersThatFellAsleepHelpAgain(int threads) throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(threads)) {
      Frame frame = frame(pool);
      for (int round = 0; round < 20; round++) {
        // Longer than workers stay awake; a shorter sleep would only test less.
        Thread.sleep(5);
        // No thread alone can do both tasks: each waits for the other.
        var both = new CountDownLatch(2);
        pool.run(
            2,
            frame,
            (_, _, _) -> {
              both.countDown();
              try {
                both.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
      }
    }
  }
}
