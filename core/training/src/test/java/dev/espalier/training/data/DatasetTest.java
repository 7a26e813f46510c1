package dev.espalier.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.testing.Allocation;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final NdArray IMAGES =
      NdArray.of(new float[] {0, 1, 10, 11, 20, 21, 30, 31}, 4, 1, 2);
  private static final NdArray LABELS = NdArray.of(new int[] {5, 6, 7, 8}, 4);

  @Test
  void rowsOfInputsAndTargetsStayTogether() {
    ArrayDataset dataset = new ArrayDataset(IMAGES, LABELS);
    Batch batch = dataset.batch(2, 0, 2);
    assertThat(batch.inputs()).isEqualTo(NdArray.of(new float[] {20, 21, 0, 1, 20, 21}, 3, 1, 2));
    assertThat(batch.targets()).isEqualTo(NdArray.of(new int[] {7, 5, 7}, 3));
    assertThat(batch.size()).isEqualTo(3);
  }

  @Test
  void aSliceCountsFromItsStart() {
    ArrayDataset slice = new ArrayDataset(IMAGES, LABELS).slice(1, 4).slice(1, 3);
    assertThat(slice.size()).isEqualTo(2);
    assertThat(slice.batch(1).targets()).isEqualTo(NdArray.of(new int[] {8}, 1));
    assertThatThrownBy(() -> slice.batch(2)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> slice.slice(1, 3)).isInstanceOf(EspalierException.class);
  }

  @Test
  void everyElementTypeIsCopied() {
    for (DType dtype : DType.values()) {
      NdArray rows = NdArray.of(new float[] {0, 1, 1, 0}, 2, 2).convert(dtype);
      Batch batch = new ArrayDataset(rows, LABELS.reshape(2, 2)).batch(1);
      assertThat(batch.inputs()).isEqualTo(NdArray.of(new float[] {1, 0}, 1, 2).convert(dtype));
      assertThat(batch.targets()).isEqualTo(NdArray.of(new int[] {7, 8}, 1, 2));
    }
  }

  @Test
  void fillingABatchAllocatesNothingThatGrowsWithIt() {
    int[] tokens = IntStream.range(0, 100_000).toArray();
    SequenceDataset dataset = SequenceDataset.everyWindow(tokens, 10_000);
    Batch batch = dataset.allocate(8);
    int[] indices = {0, 1, 2, 3, 4, 5, 6, 90_000 - 1};
    dataset.fill(indices, batch);
    assertThat(Allocation.during(() -> dataset.fill(indices, batch))).isLessThan(20_000);
  }

  @Test
  void aBatchOfAnotherSizeOrTypeIsRefused() {
    ArrayDataset dataset = new ArrayDataset(IMAGES, LABELS);
    Batch two = dataset.allocate(2);
    assertThatThrownBy(() -> dataset.fill(new int[] {1}, two))
        .hasMessageContaining("f32[1, 1, 2]")
        .hasMessageContaining("f32[2, 1, 2]");
    assertThatThrownBy(() -> dataset.fill(new int[] {1, 4}, two)).hasMessageContaining("index 4");
    assertThatThrownBy(() -> dataset.fill(new int[] {-1, 0}, two)).hasMessageContaining("index -1");
    assertThatThrownBy(() -> new ArrayDataset(IMAGES, NdArray.of(new int[3], 3)))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void eachTokensTargetIsItsSuccessor() {
    int[] tokens = {0, 1, 2, 3, 4, 5, 6};
    SequenceDataset every = SequenceDataset.everyWindow(tokens, 3);
    assertThat(every.size()).isEqualTo(4);
    assertThat(every.batch(0, 3).inputs())
        .isEqualTo(NdArray.of(new int[] {0, 1, 2, 3, 4, 5}, 2, 3));
    assertThat(every.batch(0, 3).targets())
        .isEqualTo(NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 2, 3));
    assertThat(every.inputType(5)).isEqualTo(TensorType.of(DType.I32, 5, 3));
  }

  @Test
  void disjointWindowsCoverEachTargetOnce() {
    for (int length = 4; length < 40; length++) {
      int[] tokens = IntStream.range(0, length).toArray();
      SequenceDataset windows = SequenceDataset.disjointWindows(tokens, 3);
      assertThat(windows.size()).isEqualTo((length - 1) / 3);
      int[] all = IntStream.range(0, windows.size()).toArray();
      assertThat((int[]) windows.batch(all).targets().storage())
          .isEqualTo(IntStream.rangeClosed(1, 3 * windows.size()).toArray());
    }
  }

  @Test
  void aTextShorterThanTheContextIsRefused() {
    assertThatThrownBy(() -> SequenceDataset.everyWindow(new int[3], 3))
        .hasMessageContaining("3 tokens");
    assertThatThrownBy(() -> SequenceDataset.everyWindow(new int[3], 0))
        .isInstanceOf(EspalierException.class);
    assertThat(SequenceDataset.everyWindow(new int[4], 3).size()).isEqualTo(1);
  }
}
