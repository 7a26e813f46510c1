package dev.espalier.backend.cpu;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;

/** The error of using what is closed. */
final class Closing {
  private Closing() {}

  static EspalierException useAfterClose(String what, String repair) {
    return new EspalierException(
        ErrorCode.USE_AFTER_CLOSE, what + " is used while it is open", "it is closed", repair);
  }
}
