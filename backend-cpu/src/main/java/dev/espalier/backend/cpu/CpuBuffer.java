package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import org.jspecify.annotations.Nullable;

/** A Java array for values of one type. */
final class CpuBuffer implements Buffer {
  private final CpuBackend backend;
  private final TensorType type;
  private volatile @Nullable Object storage;

  CpuBuffer(CpuBackend backend, TensorType type, Object storage) {
    this.backend = backend;
    this.type = type;
    this.storage = storage;
  }

  @Override
  public TensorType type() {
    return type;
  }

  CpuBackend backend() {
    return backend;
  }

  @Override
  public void write(NdArray values) {
    if (!values.type().equals(type)) {
      throw new EspalierException(
          ErrorCode.TYPE_MISMATCH,
          "a buffer of " + type + " takes values of its type",
          values.type().toString(),
          "convert or reshape the values first");
    }
    System.arraycopy(values.storage(), 0, storage(), 0, type.shape().size());
  }

  @Override
  public NdArray read() {
    Object copy = NdArray.allocate(type);
    System.arraycopy(storage(), 0, copy, 0, type.shape().size());
    return NdArray.wrap(type, copy);
  }

  Object storage() {
    Object here = storage;
    if (here == null) {
      throw Closing.useAfterClose("a buffer", "use the buffer before its scope is closed");
    }
    return here;
  }

  void free() {
    storage = null;
  }
}
