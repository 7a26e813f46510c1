package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.backend.cpu.run.Storage;
import org.jspecify.annotations.Nullable;

/** A Java array for values of one type. */
final class CpuBuffer implements Buffer {
  private final CpuBackend backend;
  private final TensorType type;
  private volatile @Nullable Storage storage;

  CpuBuffer(CpuBackend backend, TensorType type, Object array) {
    this.backend = backend;
    this.type = type;
    this.storage = Storage.of(array);
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
    System.arraycopy(values.storage(), 0, storage().array(), 0, type.shape().size());
  }

  @Override
  public NdArray read() {
    Object copy = NdArray.allocate(type);
    System.arraycopy(storage().array(), 0, copy, 0, type.shape().size());
    return NdArray.wrap(type, copy);
  }

  Storage storage() {
    Storage here = storage;
    if (here == null) {
      throw Closing.useAfterClose("a buffer", "use the buffer before its scope is closed");
    }
    return here;
  }

  void free() {
    storage = null;
  }
}
