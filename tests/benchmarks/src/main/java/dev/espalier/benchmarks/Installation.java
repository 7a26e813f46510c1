package dev.espalier.benchmarks;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.espalier.api.backend.Backend;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.trainer.Backends;
import java.util.Map;
import java.util.Optional;

/**
 * The plugins as they are found here, through the same door as a user's program.
 *
 * @param extensions makes extensions by name
 * @param backends opens backends
 */
public record Installation(Extensions extensions, Backends backends) {
  /** Looks for the plugins. */
  public static Installation discover() {
    Injector injector = Guice.createInjector(new EspalierModule());
    return new Installation(
        injector.getInstance(Extensions.class), injector.getInstance(Backends.class));
  }

  /** The CPU backend on a number of threads; whoever opens it closes it. */
  public Backend openCpu(int threads) {
    return backends.open(Optional.of("cpu"), Map.of("threads", Integer.toString(threads)));
  }
}
