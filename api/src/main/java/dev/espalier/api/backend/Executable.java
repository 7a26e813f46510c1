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
   * Runs the graph and returns when the outputs are written.
   *
   * @param inputs buffers of the input types, not changed
   * @param outputs buffers of the output types; none of them is an input or given twice
   */
  void run(List<Buffer> inputs, List<Buffer> outputs);

  /** What was compiled, for people and for comparison: kernels and memory. */
  String listing();

  @Override
  void close();
}
