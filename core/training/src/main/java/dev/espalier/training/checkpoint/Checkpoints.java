package dev.espalier.training.checkpoint;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.NdArray;
import java.nio.file.Path;
import java.util.Map;

/** The checkpoints of one run, opened for writing; nobody else writes them until it is closed. */
public interface Checkpoints extends AutoCloseable {
  /** The newest good checkpoint, and the newer ones that are damaged. */
  Checkpoint.Latest latest();

  /**
   * Keeps a checkpoint for the manifest's step; when it returns, the checkpoint is safe.
   *
   * @param tensors by name, in the order in which they are to be read back
   * @param manifest what is said of the run
   * @return where it is
   * @throws EspalierException IO_FAILURE, CHECKPOINT_MISMATCH where there is one of this or of a
   *     later step
   */
  Path save(Map<String, NdArray> tensors, Manifest manifest);

  /**
   * Deletes the checkpoints of later steps.
   *
   * @return how many
   */
  int discardAfter(long step);

  @Override
  void close();
}
