package dev.espalier.api.backend;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;

/** Owns buffers; closing it frees them all. */
public interface BufferScope extends AutoCloseable {
  /** A buffer with undefined content. */
  Buffer allocate(TensorType type);

  /** A buffer with these values. */
  default Buffer upload(NdArray values) {
    Buffer buffer = allocate(values.type());
    buffer.write(values);
    return buffer;
  }

  @Override
  void close();
}
