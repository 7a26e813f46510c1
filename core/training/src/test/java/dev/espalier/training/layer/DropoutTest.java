package dev.espalier.training.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.oracle.Run;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final NdArray ONES = NdArray.filled(TensorType.of(DType.F32, 100, 200), 1);

  @Test
  void inEvaluationItIsTheIdentity() {
    NdArray x = Run.normal(DType.F32, 3, 5);
    assertThat(Run.apply(new Dropout(0.9), Tree.empty(), x)).isEqualTo(x);
  }

  @Test
  void inTrainingTheDroppedShareIsTheProbabilityAndTheRestIsScaledUp() {
    double[] y = Run.apply(new Dropout(0.2), Tree.empty(), ONES, 5, true).toDoubles();
    double dropped = Arrays.stream(y).filter(v -> v == 0).count() / (double) y.length;
    // Four standard deviations of the share.
    assertThat(dropped).isCloseTo(0.2, within(4 * Math.sqrt(0.16 / y.length)));
    assertThat(Arrays.stream(y).filter(v -> v != 0).toArray()).containsOnly(1.25f);
  }

  @Test
  void oneKeyDropsTheSameAndAnotherKeyOthers() {
    Dropout dropout = new Dropout(0.5);
    NdArray first = Run.apply(dropout, Tree.empty(), ONES, 5, true);
    assertThat(Run.apply(dropout, Tree.empty(), ONES, 5, true)).isEqualTo(first);
    assertThat(Run.apply(dropout, Tree.empty(), ONES, 6, true)).isNotEqualTo(first);
  }

  @Test
  void twoPartsOfASequenceDropIndependently() {
    Sequential two = Sequential.empty().then("a", new Dropout(0.5)).then("b", new Dropout(0.5));
    double[] y = Run.apply(two, Tree.empty(), ONES, 5, true).toDoubles();
    double kept = Arrays.stream(y).filter(v -> v != 0).count() / (double) y.length;
    assertThat(kept).isCloseTo(0.25, within(4 * Math.sqrt(0.1875 / y.length)));
  }
}
