package dev.espalier.api.backend;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** A compiled graph. May be run by several threads at once, with different buffers. */
public interface Executable extends AutoCloseable {
  /** The types of the inputs. */
  List<TensorType> inputTypes();

  /** The types of the outputs. */
  List<TensorType> outputTypes();

  /**
   * Runs the graph and returns when the outputs are written. What is wrong with the buffers is
   * found before anything is written; a run that fails later leaves its outputs undefined, and so
   * the inputs whose buffers they take.
   *
   * @param inputs buffers of the input types, not changed unless donated
   * @param outputs buffers of the output types; none of them is given twice, or is an input other
   *     than the one whose buffer it takes by a {@link Donation}
   */
  void run(List<Buffer> inputs, List<Buffer> outputs);

  /** What a run needs. */
  MemoryUse memory();

  /** What was compiled, for people and for comparison: kernels and memory. */
  String listing();

  @Override
  void close();
}
