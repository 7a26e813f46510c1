package org.example.trainer;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.data.Batching;
import dev.espalier.training.trainer.RunRequest;
import dev.espalier.training.trainer.RunResult;
import dev.espalier.training.trainer.Trainer;
import java.nio.file.Path;

/**
 * Trains a run file with a curriculum: {@code RUN.yaml FOLDER}. Examples far from the origin are
 * the easy ones, as they are for spirals.
 */
public final class EasyFirst extends AbstractModule {
  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), Batching.class)
        .setBinding()
        .toInstance(new Curriculum(example -> -length(example.inputs()), 0.2, 1000));
  }

  private static double length(NdArray values) {
    double squares = 0;
    for (int i = 0; i < values.type().shape().size(); i++) {
      squares += values.getDouble(i) * values.getDouble(i);
    }
    return Math.sqrt(squares);
  }

  /** Trains. */
  public static void main(String[] args) {
    RunResult result =
        Guice.createInjector(new EspalierModule(), new EasyFirst())
            .getInstance(Trainer.class)
            .train(RunRequest.of(Path.of(args[0])).into(Path.of(args[1])));
    System.out.println(result.last());
  }
}
