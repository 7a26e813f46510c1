package dev.espalier.backend.cpu.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TaskSharesTest {
  /** Lets threads take tasks in this order; what each took. */
  private static List<List<Integer>> taken(TaskShares shares, int threads, int... order) {
    List<List<Integer>> taken = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      taken.add(new ArrayList<>());
    }
    for (int thread : order) {
      taken.get(thread).add(shares.take(thread));
    }
    return taken;
  }

  @ParameterizedTest
  @CsvSource({"1,0", "1,5", "2,1", "2,7", "3,64", "8,3", "8,1000"})
  void theSharesAreAllTasksAndEachIsTakenInOrder(int threads, int count) {
    var shares = new TaskShares(threads);
    shares.share(count);
    List<Integer> all = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int end = (int) ((long) count * (thread + 1) / threads);
      while (all.size() < end) {
        all.add(shares.take(thread));
      }
    }
    assertThat(all).isEqualTo(IntStream.range(0, count).boxed().toList());
    assertThat(shares.any(0)).isFalse();
    assertThat(shares.take(threads - 1)).isEqualTo(-1);
  }

  @Test
  void aThreadHasTheSameShareOfJobsOfAsManyTasks() {
    var shares = new TaskShares(3);
    shares.share(9);
    var first = taken(shares, 3, 0, 1, 2, 0, 1, 2, 0, 1, 2);
    shares.share(9);
    var second = taken(shares, 3, 2, 2, 2, 1, 0, 1, 0, 1, 0);
    assertThat(second).isEqualTo(first);
  }

  @Test
  void aThreadWhoseShareIsDoneTakesFromTheFarEndOfAnothers() {
    var shares = new TaskShares(2);
    shares.share(6);
    assertThat(taken(shares, 2, 0, 0, 0, 0, 1, 0, 1).get(0)).containsExactly(0, 1, 2, 5, 4);
  }

  @Test
  void thereAreTasksForAThreadAsLongAsAnybodyHasSome() {
    var shares = new TaskShares(2);
    assertThat(shares.any(0)).isFalse();
    shares.share(1); // The only one is the last thread's.
    assertThat(shares.any(0)).isTrue();
    assertThat(shares.any(1)).isTrue();
    assertThat(shares.take(0)).isZero();
    assertThat(shares.any(1)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"2,5", "3,64", "8,1000"})
  void eachTaskIsTakenOnceByThreadsAtOnce(int threads, int count) throws InterruptedException {
    var shares = new TaskShares(threads);
    for (int round = 0; round < 100; round++) {
      shares.share(count);
      var taken = new AtomicIntegerArray(count);
      var start = new CountDownLatch(1);
      var running =
          IntStream.range(0, threads)
              .mapToObj(thread ->
                  Thread.ofPlatform()
                      .start(() -> {
                        try {
                          start.await();
                        } catch (InterruptedException e) {
                          return;
                        }
                        for (int i = shares.take(thread); i >= 0; i = shares.take(thread)) {
                          taken.incrementAndGet(i);
                        }
                      }))
              .toList();
      start.countDown();
      for (Thread thread : running) {
        thread.join();
      }
      assertThat(IntStream.range(0, count).map(taken::get)).containsOnly(1);
    }
  }
}
