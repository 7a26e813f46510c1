package dev.espalier.benchmarks;

import com.google.inject.Guice;
import com.google.inject.Injector;
import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.host.EspalierModule;
import dev.espalier.training.Extensions;
import dev.espalier.training.trainer.Backends;
import java.util.HashMap;
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
    return openCpu(threads, Optional.empty());
  }

  /**
   * The CPU backend; whoever opens it closes it.
   *
   * @param threads on how many threads
   * @param products the plugin that multiplies matrices; empty for the backend itself
   * @throws EspalierException BACKEND_UNAVAILABLE where that plugin cannot be used here: a rate of
   *     something else under its name would be a lie
   */
  public Backend openCpu(int threads, Optional<String> products) {
    Map<String, String> options = new HashMap<>();
    options.put("threads", Integer.toString(threads));
    products.ifPresent(name -> options.put("products", name));
    Backend backend = backends.open(Optional.of("cpu"), options);
    if (products.isPresent()
        && backend.description().contains(ErrorCode.BACKEND_UNAVAILABLE.text())) {
      String found = backend.description();
      backend.close();
      throw new EspalierException(
          ErrorCode.BACKEND_UNAVAILABLE,
          "the matrix products of " + products.get(),
          found,
          "make its library available, or leave it out");
    }
    return backend;
  }
}
