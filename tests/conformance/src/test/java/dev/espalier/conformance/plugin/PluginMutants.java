package dev.espalier.conformance.plugin;

import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.training.Activation;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.rule.KnownGaps;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.subject.PluginSubject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Wrong plugins. */
public final class PluginMutants {
  private static final Citation SOURCE = Citation.cite("a test", "x");

  private PluginMutants() {}

  /** A plugin of one piece. */
  private record Registering(String version, Consumer<Registrar> body) implements Plugin {
    @Override
    public PluginInfo info() {
      return new PluginInfo("mutant", version, PluginInfo.API_VERSION);
    }

    @Override
    public void contribute(Registrar to) {
      body.accept(to);
    }
  }

  /** The function of one hyperparameter. */
  private record Scaled(double factor) implements Activation {
    @Override
    public Tensor apply(Tensor x) {
      return x.mul(factor);
    }
  }

  private static Mutant mutant(String name, String rule, Plugin plugin) {
    return new Mutant(
        name, rule, Suite.of(new PluginSubject(plugin, KnownGaps.NONE), PluginRules.checks()));
  }

  private static Mutant registering(String name, String rule, Consumer<Registrar> body) {
    return mutant(name, rule, new Registering("1.0", body));
  }

  private static Mutant made(String name, String rule, Factory<Activation> factory) {
    return registering(
        name, rule, to -> to.register(ExtensionPoint.ACTIVATION, "scaled", SOURCE, factory));
  }

  private static Scaled scaled(Params params) {
    return new Scaled(params.real("factor", 0.5, "the slope").in(0, 1));
  }

  private static void register(Registrar to, String name) {
    to.register(ExtensionPoint.ACTIVATION, name, SOURCE, PluginMutants::scaled);
  }

  /** All of them. */
  public static List<Mutant> all() {
    AtomicInteger times = new AtomicInteger();
    return List.of(
        mutant(
            "a plugin whose version is a word",
            "PL-1",
            new Registering("latest", to -> register(to, "scaled"))),
        registering("a plugin that META-INF does not list", "PL-2", to -> register(to, "scaled")),
        registering(
            "a plugin that contributes another name each time",
            "PL-3",
            to -> register(to, "scaled-" + times.incrementAndGet())),
        registering(
            "a plugin that registers a name twice",
            "PL-4",
            to -> {
              register(to, "scaled");
              register(to, "scaled");
            }),
        registering("a plugin with a name in capitals", "PL-4", to -> register(to, "Scaled")),
        registering("a plugin that registers nothing", "PL-4", to -> {}),
        registering(
            "a citation without a source",
            "PL-5",
            to ->
                to.register(
                    ExtensionPoint.ACTIVATION,
                    "scaled",
                    Citation.cite(" ", "factor * x"),
                    PluginMutants::scaled)),
        registering("an activation without golden points", "PL-6", to -> register(to, "scaled")),
        made(
            "a factory that asks for more where the first value is large",
            "PL-7",
            p -> {
              double factor = p.real("factor", 0.5, "the slope").in(0, 1);
              return factor > 0.4 && p.given().contains("factor")
                  ? new Scaled(p.real("offset", 0, "only sometimes").finite())
                  : new Scaled(factor);
            }),
        made(
            "a default outside its range",
            "PL-8",
            p -> new Scaled(p.real("factor", 2, "the slope").in(0, 1))),
        made(
            "a factory that takes the default in place of what it refuses",
            "PL-9",
            p -> {
              try {
                return scaled(p);
              } catch (EspalierException e) {
                return new Scaled(0.5);
              }
            }),
        made(
            "a hyperparameter without help",
            "PL-10",
            p -> new Scaled(p.real("factor", 0.5, "").in(0, 1))));
  }
}
