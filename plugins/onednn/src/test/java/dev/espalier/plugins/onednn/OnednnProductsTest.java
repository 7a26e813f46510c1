package dev.espalier.plugins.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.api.backend.MatrixProducts.Block;
import dev.espalier.api.tensor.NdArray;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library itself, skipped with the reason where there is none: see {@link Lookup}. */
final class OnednnProductsTest {
  private final OnednnProducts products = new OnednnProducts();
  private final Random random = new Random(1);

  @BeforeEach
  void theLibraryIsThere() {
    boolean absent = products.probe() instanceof Unusable;
    assumeTrue(!absent, () -> products.probe().toString());
  }

  private float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static int at(boolean transposed, int stride, int i, int j) {
    return transposed ? i + j * stride : i * stride + j;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 5, 7", "96, 130, 258", "17, 1, 300", "1, 65, 33"})
  void productsAreThoseOfTheDefinition(int m, int n, int k) {
    for (int variant = 0; variant < 4; variant++) {
      boolean a = (variant & 1) != 0;
      boolean b = (variant & 2) != 0;
      Block block = new Block(m, n, k, a, (a ? m : k) + 2, b, (b ? k : n) + 3, n + 1);
      float[] left = values(5 + (a ? k : m) * block.leftStride());
      float[] right = values(6 + (b ? n : k) * block.rightStride());
      float[] result = values(7 + m * (n + 1));
      float[] before = result.clone();
      products.multiply(block, left, 5, right, 6, result, 7);
      check(block, left, right, before, result);

      if (products.takesBf16()) {
        short[] narrowLeft = narrow(left);
        short[] narrowRight = narrow(right);
        float[] mixed = before.clone();
        products.multiplyBf16(block, narrowLeft, 5, narrowRight, 6, mixed, 7);
        check(block, wide(narrowLeft), wide(narrowRight), before, mixed);
      }

      float[] again = before.clone();
      products.multiply(block, left, 5, right, 6, again, 7);
      assertThat(again).isEqualTo(result);
    }
  }

  private static void check(
      Block block, float[] left, float[] right, float[] before, float[] result) {
    float[] expected = before.clone();
    for (int i = 0; i < block.rows(); i++) {
      for (int j = 0; j < block.columns(); j++) {
        double sum = 0;
        double size = 0;
        for (int p = 0; p < block.depth(); p++) {
          double term =
              (double) left[5 + at(block.leftTransposed(), block.leftStride(), i, p)]
                  * right[6 + at(block.rightTransposed(), block.rightStride(), p, j)];
          sum += term;
          size += Math.abs(term);
        }
        int to = 7 + i * block.resultStride() + j;
        assertThat((double) result[to]).isCloseTo(sum, within(block.depth() * 0x1p-23 * size));
        expected[to] = result[to];
      }
    }
    assertThat(result).as("nothing else is written").isEqualTo(expected);
  }

  private static short[] narrow(float[] x) {
    short[] narrow = new short[x.length];
    for (int i = 0; i < x.length; i++) {
      narrow[i] = NdArray.bfloat16Bits(x[i]);
    }
    return narrow;
  }

  private static float[] wide(short[] x) {
    float[] wide = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      wide[i] = NdArray.bfloat16Value(x[i]);
    }
    return wide;
  }
}
