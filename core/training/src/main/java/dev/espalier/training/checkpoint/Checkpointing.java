package dev.espalier.training.checkpoint;

import java.nio.file.Path;

/** Says where checkpoints go and which are kept: a part of the trainer. */
public interface Checkpointing {
  /**
   * Opens the checkpoints of a run for writing. Whoever opens them closes them.
   *
   * @param runFolder the run's folder
   * @param keep how many of the newest the run wants kept, at least 1
   */
  Checkpoints open(Path runFolder, int keep);

  /**
   * The newest good checkpoint of a run, also while the run is being written.
   *
   * @param runFolder the run's folder
   */
  Checkpoint.Latest latest(Path runFolder);

  /** In the run's folder, see {@link CheckpointStore}. */
  static Checkpointing inRunFolder() {
    return new Checkpointing() {
      @Override
      public Checkpoints open(Path runFolder, int keep) {
        return CheckpointStore.open(runFolder, keep);
      }

      @Override
      public Checkpoint.Latest latest(Path runFolder) {
        return CheckpointStore.latest(runFolder);
      }
    };
  }
}
