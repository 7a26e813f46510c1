package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.backend.BackendProvider.Unusable;
import dev.espalier.api.backend.BackendProvider.Usable;
import dev.espalier.api.backend.MatrixProducts;
import java.util.Optional;

/**
 * The matrix products of a plugin that the options of a backend name, if they can be used.
 *
 * @param products the products; empty for Java's
 * @param description what the backend says of them; empty where none were named
 */
record ChosenProducts(Optional<MatrixProducts> products, String description) {
  static ChosenProducts ofJava() {
    return new ChosenProducts(Optional.empty(), "");
  }

  static ChosenProducts of(String name, MatrixProducts.Source source) {
    MatrixProducts made = source.create(name);
    return switch (made.probe()) {
      case Usable(String what) ->
          new ChosenProducts(
              Optional.of(made),
              "products of floats by "
                  + name
                  + " ("
                  + what
                  + (made.takesBf16() ? ", bf16)" : ", bf16 by rounding)"));
      case Unusable(String reason, String repair) ->
          new ChosenProducts(
              Optional.empty(),
              "and not by "
                  + name
                  + " ["
                  + ErrorCode.BACKEND_UNAVAILABLE.text()
                  + "]: found "
                  + reason
                  + "; repair: "
                  + repair);
    };
  }
}
