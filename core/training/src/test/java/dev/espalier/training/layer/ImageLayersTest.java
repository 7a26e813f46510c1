package dev.espalier.training.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.training.oracle.Parts;
import dev.espalier.training.oracle.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageLayersTest {
  @ParameterizedTest
  @CsvSource({
    "same, 3, 1, 1, 1", "same, 2, 1, 1, 1", "same, 3, 2, 1, 2", "same, 4, 3, 2, 1",
    "valid, 3, 1, 1, 1", "valid, 3, 2, 2, 2", "2, 3, 2, 1, 1", "1, 1, 1, 1, 2"
  })
  void conv2dIsTheNaiveSum(String padding, int kernel, int stride, int dilation, int groups) {
    Padding pad =
        switch (padding) {
          case "same" -> Padding.same();
          case "valid" -> Padding.valid();
          default -> Padding.of(Integer.parseInt(padding));
        };
    Conv2d conv = new Conv2d(6, kernel, stride, pad, dilation, groups, true, Parts.normal(1));
    TensorType input = TensorType.of(DType.F64, 4, 9, 7);
    Tree<NdArray> parameters = Run.init(conv, input);
    Tree<NdArray> moved =
        Tree.of("weight", parameters.get("weight")).and("bias", Run.normal(DType.F64, 6));
    NdArray x = Run.normal(DType.F64, 2, 4, 9, 7);
    NdArray y = Run.apply(conv, moved, x);
    TensorType output = conv.output(input);
    assertThat(y.type().shape()).isEqualTo(output.shape().insert(0, 2));
    if (padding.equals("same")) {
      assertThat(output.shape().extent(1)).isEqualTo(Math.ceilDiv(9, stride));
      assertThat(output.shape().extent(2)).isEqualTo(Math.ceilDiv(7, stride));
    }
    int window = (kernel - 1) * dilation + 1;
    int top = before(padding, 9, window, stride);
    int left = before(padding, 7, window, stride);
    int height = output.shape().extent(1);
    int width = output.shape().extent(2);
    int perGroup = 4 / groups;
    for (int i = 0; i < y.type().shape().size(); i++) {
      int column = i % width;
      int row = i / width % height;
      int channel = i / width / height % 6;
      int example = i / width / height / 6;
      double sum = moved.get("bias").getDouble(channel);
      for (int c = 0; c < perGroup; c++) {
        for (int u = 0; u < kernel; u++) {
          for (int v = 0; v < kernel; v++) {
            int atRow = row * stride + u * dilation - top;
            int atColumn = column * stride + v * dilation - left;
            if (atRow >= 0 && atRow < 9 && atColumn >= 0 && atColumn < 7) {
              int from = channel / (6 / groups) * perGroup + c;
              sum +=
                  x.getDouble(((example * 4 + from) * 9 + atRow) * 7 + atColumn)
                      * moved
                          .get("weight")
                          .getDouble(((channel * perGroup + c) * kernel + u) * kernel + v);
            }
          }
        }
      }
      assertThat(y.getDouble(i)).isCloseTo(sum, within(1e-11));
    }
  }

  private static int before(String padding, int extent, int window, int stride) {
    return switch (padding) {
      case "valid" -> 0;
      case "same" -> {
        int outputs = (extent + stride - 1) / stride;
        yield Math.max(0, (outputs - 1) * stride + window - extent) / 2;
      }
      default -> Integer.parseInt(padding);
    };
  }

  @ParameterizedTest
  @CsvSource({"2, 2", "3, 1", "2, 3", "1, 1", "3, 2", "5, 5"})
  void poolingIsTheLargestAndTheMeanOfEachWindow(int window, int stride) {
    NdArray x = Run.normal(DType.F64, 2, 3, 9, 7);
    NdArray max = Run.apply(new MaxPool2d(window, stride), Tree.empty(), x);
    NdArray mean = Run.apply(new AvgPool2d(window, stride), Tree.empty(), x);
    int height = (9 - window) / stride + 1;
    int width = (7 - window) / stride + 1;
    assertThat(max.type()).isEqualTo(TensorType.of(DType.F64, 2, 3, height, width));
    assertThat(mean.type()).isEqualTo(max.type());
    for (int i = 0; i < max.type().shape().size(); i++) {
      int plane = i / width / height;
      double largest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int u = 0; u < window; u++) {
        for (int v = 0; v < window; v++) {
          int row = i / width % height * stride + u;
          int column = i % width * stride + v;
          double value = x.getDouble((plane * 9 + row) * 7 + column);
          largest = Math.max(largest, value);
          sum += value;
        }
      }
      assertThat(max.getDouble(i)).isEqualTo(largest);
      assertThat(mean.getDouble(i)).isCloseTo(sum / window / window, within(1e-13));
    }
  }

  @Test
  void globalMeanPoolIsTheMeanOfEachChannel() {
    NdArray x = NdArray.of(new double[] {1, 2, 3, 4, 10, 20, 30, 40}, 1, 2, 2, 2);
    assertThat(Run.apply(new GlobalMeanPool(), Tree.empty(), x))
        .isEqualTo(NdArray.of(new double[] {2.5, 25}, 1, 2));
  }
}
