package dev.espalier.training.data;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;

/**
 * Windows over a sequence of tokens: inputs are {@code context} tokens, targets the same window
 * shifted by one, so that each token's target is its successor. Example i starts at token {@code i
 * * stride}.
 */
public final class SequenceDataset implements Dataset {
  private final int[] tokens;
  private final int context;
  private final int stride;
  private final int size;

  private SequenceDataset(int[] tokens, int context, int stride) {
    if (context < 1) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a context of at least one token",
          String.valueOf(context),
          "set the context length to the number of tokens that the model sees");
    }
    if (tokens.length <= context) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "more tokens than the context length " + context,
          tokens.length + " tokens",
          "use a longer text, a larger part of it, or a shorter context");
    }
    this.tokens = tokens;
    this.context = context;
    this.stride = stride;
    this.size = (tokens.length - context - 1) / stride + 1;
  }

  /**
   * Every window, one for each possible start: {@code tokens - context} examples, for training at
   * random places.
   *
   * @param tokens the sequence; not copied, and not to be changed any more
   * @param context the length of a window
   * @throws EspalierException BAD_VALUE where the sequence has no window of that length
   */
  public static SequenceDataset everyWindow(int[] tokens, int context) {
    return new SequenceDataset(tokens, context, 1);
  }

  /** Windows side by side, each token at most once a target, for validation. */
  public static SequenceDataset disjointWindows(int[] tokens, int context) {
    return new SequenceDataset(tokens, context, context);
  }

  @Override
  public int size() {
    return size;
  }

  /** The length of a window. */
  public int context() {
    return context;
  }

  /** i32[batch, context]. */
  @Override
  public TensorType inputType(int batch) {
    return TensorType.of(DType.I32, batch, context);
  }

  /** i32[batch, context]. */
  @Override
  public TensorType targetType(int batch) {
    return inputType(batch);
  }

  @Override
  public void fill(int[] indices, Batch into) {
    check(indices, into);
    for (int i = 0; i < indices.length; i++) {
      int start = indices[i] * stride;
      System.arraycopy(tokens, start, into.inputs().storage(), i * context, context);
      System.arraycopy(tokens, start + 1, into.targets().storage(), i * context, context);
    }
  }
}
