package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The buffers of a scope. */
final class CpuBufferScope implements BufferScope, CpuBackend.AutoCloseableQuietly {
  private final CpuBackend backend;
  private final Set<CpuBuffer> buffers = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  CpuBufferScope(CpuBackend backend) {
    this.backend = backend;
  }

  @Override
  public Buffer allocate(TensorType type) {
    if (closed) {
      throw Closing.useAfterClose("a buffer scope", "allocate before the scope is closed");
    }
    backend.requireOpen();
    CpuBuffer buffer = new CpuBuffer(backend, type, storage(type));
    buffers.add(buffer);
    backend.count(type.bytes());
    if (closed) {
      // Closed meanwhile by another thread, which may not have seen this buffer.
      free(buffer);
    }
    return buffer;
  }

  private static Object storage(TensorType type) {
    try {
      return NdArray.allocate(type);
    } catch (OutOfMemoryError e) {
      throw new EspalierException(
          ErrorCode.OUT_OF_MEMORY,
          "a buffer of " + type + " takes " + type.bytes() + " bytes",
          "the heap has no such room: " + e.getMessage(),
          "give the JVM more memory (-Xmx) or use a smaller batch",
          e);
    }
  }

  @Override
  public void close() {
    closed = true;
    buffers.forEach(this::free);
    backend.forget(this);
  }

  private void free(CpuBuffer buffer) {
    if (buffers.remove(buffer)) {
      buffer.free();
      backend.count(-buffer.type().bytes());
    }
  }
}
