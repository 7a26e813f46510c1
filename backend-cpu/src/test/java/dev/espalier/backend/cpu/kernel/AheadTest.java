package dev.espalier.backend.cpu.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class AheadTest {
  @Test
  void eachStepAsksWithinOneOfThePartsAndMostOfThemAreAskedFor() {
    Random random = new Random(1);
    for (int trial = 0; trial < 200; trial++) {
      List<FloatArray> arrays = new ArrayList<>();
      Ahead ahead = new Ahead();
      int calls = 200;
      ahead.clear(calls * 50L);
      long wanted = 0;
      for (int part = 0; part < 1 + random.nextInt(4); part++) {
        int length = 1 + random.nextInt(20_000);
        FloatArray array = FloatArray.ofLength(length + 100);
        arrays.add(array);
        ahead.add(array, 100, length);
        wanted += 4L * length;
      }
      FloatArray other = FloatArray.ofLength(1);
      long asked = 0;
      for (int call = 0; call < calls; call++) {
        ahead.turn(50);
        MemorySegment segment = ahead.segment(other);
        if (ahead.step() == 0) {
          assertThat(segment).isSameAs(other.segment());
          continue;
        }
        assertThat(arrays.stream().map(FloatArray::segment).toList()).contains(segment);
        assertThat(ahead.start()).isGreaterThanOrEqualTo(400);
        assertThat(ahead.step()).isBetween(1, 64);
        assertThat(ahead.start()).isLessThan(segment.byteSize());
        asked += Math.min(50L * ahead.step(), segment.byteSize() - ahead.start());
      }
      assertThat(asked).isBetween(wanted * 9 / 10, wanted);
    }
  }

  @Test
  void whatIsClearedIsNoLongerAskedForOrHeld() {
    Ahead ahead = new Ahead();
    FloatArray other = FloatArray.ofLength(1);
    ahead.clear(10);
    ahead.add(FloatArray.ofLength(1000), 0, 1000);
    ahead.turn(1);
    assertThat(ahead.step()).isPositive();
    ahead.clear(10);
    ahead.turn(1);
    assertThat(ahead.step()).isZero();
    assertThat(ahead.segment(other)).isSameAs(other.segment());
  }
}
