package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.backend.cpu.run.WorkerPool;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WorkerPoolTest {
  private static final int[] COUNTS = {0, 1, 2, 3, 7, 64};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachTaskOfAJobIsDoneOnceBeforeTheJobReturns(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      var scratch = pool.newScratch();
      for (int round = 0; round < 3000; round++) {
        int count = COUNTS[round % COUNTS.length];
        var done = new AtomicIntegerArray(64);
        pool.run(count, scratch, (i, own) -> done.incrementAndGet(i));
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
      var scratch = pool.newScratch();
      for (int round = 0; round < 200; round++) {
        int bad = round % 5;
        assertThatThrownBy(() ->
                pool.run(
                    5,
                    scratch,
                    (i, own) -> {
                      if (i == bad) {
                        throw new IllegalStateException("task " + i);
                      }
                    }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("task " + bad);
        var done = new AtomicIntegerArray(5);
        pool.run(5, scratch, (i, own) -> done.incrementAndGet(i));
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
                        var scratch = pool.newScratch();
                        try {
                          start.await();
                        } catch (InterruptedException e) {
                          return;
                        }
                        for (int round = 0; round < rounds; round++) {
                          pool.run(6, scratch, (i, own) -> done.addAndGet(caller, i));
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
      var scratch = pool.newScratch();
      for (int round = 0; round < 20; round++) {
        // Longer than workers stay awake; a shorter sleep would only test less.
        Thread.sleep(5);
        // No thread alone can do both tasks: each waits for the other.
        var both = new CountDownLatch(2);
        pool.run(
            2,
            scratch,
            (i, own) -> {
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
