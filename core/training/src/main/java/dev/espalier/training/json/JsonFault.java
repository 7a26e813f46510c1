package dev.espalier.training.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/**
 * What is wrong with a JSON text; the reader of the file turns it into an error that names the
 * file.
 */
public final class JsonFault extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, and where
   */
  public JsonFault(String message) {
    super(message);
  }

  /** What a parser reports, in one line without its excerpt of the source. */
  public static JsonFault of(IOException cause) {
    String what;
    if (cause instanceof JsonProcessingException fault) {
      what = fault.getOriginalMessage();
      if (fault.getLocation() != null) {
        what +=
            " at line "
                + fault.getLocation().getLineNr()
                + ", column "
                + fault.getLocation().getColumnNr();
      }
    } else {
      what = String.valueOf(cause.getMessage());
    }
    JsonFault fault = new JsonFault(what.replace('\n', ' '));
    fault.initCause(cause);
    return fault;
  }
}
