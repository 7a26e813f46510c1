package org.example.trainer;

import com.google.inject.Binder;
import com.google.inject.Guice;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.data.BatchSampler;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.data.Batching;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.Trainer;
import java.nio.file.Path;

/** Trains a run file with its examples in the order of the file: RUN.yaml, and a new folder. */
public record InOrder(int examples, int batchSize) implements BatchSampler {
  @Override
  public void indices(long step, int[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (int) ((step * batchSize + i) % examples);
    }
  }

  @Override
  public double epoch(long step) {
    return (double) step * batchSize / examples;
  }

  private static void batching(Binder binder) {
    OptionalBinder.newOptionalBinder(binder, Batching.class)
        .setBinding()
        .toInstance((data, batch, random) -> BatchSource.of(data, new InOrder(data.size(), batch)));
  }

  public static void main(String[] args) {
    Trainer trainer =
        Guice.createInjector(new EspalierModule(), InOrder::batching).getInstance(Trainer.class);
    System.out.println(
        trainer.train(RunRequest.of(Path.of(args[0])).into(Path.of(args[1]))).last());
  }
}
