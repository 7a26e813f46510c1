package dev.espalier.api.backend;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;

/** Memory of a backend for values of one type. Freed with its scope. Equal to itself alone. */
public interface Buffer {
  /** The type of its values. */
  TensorType type();

  /** Copies values in; they have the buffer's type. */
  void write(NdArray values);

  /** A copy of the values. */
  NdArray read();
}
