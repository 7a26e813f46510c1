package dev.espalier.conformance.initializer;

import static dev.espalier.api.plugin.ExtensionPoint.INITIALIZER;

import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.training.Initializer;
import dev.espalier.conformance.Mutant;
import dev.espalier.conformance.Registering;
import java.util.List;

/** Wrong initializers. */
public final class InitializerMutants {
  private InitializerMutants() {}

  /** All of them. */
  public static List<Mutant> all() {
    return List.of(
        mutant(
            "a variance of the fan out",
            "INIT-1",
            (key, type, in, out) ->
                key.normal(type.dtype(), type.shape()).mul(Math.sqrt(2.0 / out))),
        mutant(
            "a uniform distribution of the right variance",
            "INIT-2",
            (key, type, in, out) ->
                key.uniform(type.dtype(), type.shape()).sub(0.5).mul(Math.sqrt(24.0 / in))),
        mutant(
            "an initializer that ignores its key",
            "INIT-3",
            (key, type, in, out) ->
                new Key(key.bits().constant(DType.I64, 1L))
                    .normal(type.dtype(), type.shape())
                    .mul(Math.sqrt(2.0 / in))),
        mutant(
            "an initializer in f32 always",
            "INIT-4",
            (key, type, in, out) -> key.normal(DType.F32, type.shape()).mul(Math.sqrt(2.0 / in))));
  }

  private static Mutant mutant(String name, String rule, Initializer initializer) {
    return Registering.mutant(
        name,
        rule,
        Registering.inPlaceOf(INITIALIZER, "kaiming-normal", (Params p) -> initializer),
        InitializerRules.checks());
  }
}
