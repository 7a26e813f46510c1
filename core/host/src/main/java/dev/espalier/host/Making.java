package dev.espalier.host;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.training.Suggestions;
import java.util.List;
import java.util.stream.Collectors;

/** Makes an extension with its factory, and says whose fault it is where that fails. */
final class Making {
  private Making() {}

  static <T> T make(ExtensionPoint<T> point, Registration<?> found, Params params) {
    return make(point, found.name(), found.plugin().id(), found.factory(), params);
  }

  static <T> T make(
      ExtensionPoint<T> point, String name, String plugin, Factory<?> factory, Params params) {
    String what = point.name() + " " + name;
    Object made;
    try {
      made = factory.create(params);
    } catch (EspalierException e) {
      throw new EspalierException(e.code(), what + ": " + e.asked(), e.found(), e.repair(), e);
    } catch (OutOfMemoryError e) {
      // Of the machine, more likely than of the plugin; the program says what to do about it.
      throw e;
    } catch (RuntimeException | Error e) {
      throw faulty(
          plugin,
          what,
          Explanation.of(e),
          Explanation.repair(e, "tell the plugin's author, or take another version of it"),
          e);
    }
    List<Params.Entry> schema = params.schema();
    List<String> keys = schema.stream().map(Params.Entry::name).toList();
    for (String given : params.given().stream().sorted().toList()) {
      if (!keys.contains(given)) {
        throw new EspalierException(
            ErrorCode.UNKNOWN_KEY,
            what + " takes " + (schema.isEmpty() ? "no hyperparameter" : takes(schema)),
            "'" + given + "'",
            Suggestions.didYouMean(given, keys, "remove '" + given + "'"));
      }
    }
    if (!point.type().isInstance(made)) {
      String got = made == null ? "null" : made.getClass().getName();
      IllegalStateException cause = new IllegalStateException(got);
      throw faulty(
          plugin,
          what,
          "its factory made " + got,
          "tell the plugin's author, or take another version of it",
          cause);
    }
    return point.type().cast(made);
  }

  private static EspalierException faulty(
      String plugin, String what, String how, String repair, Throwable cause) {
    return new EspalierException(
        ErrorCode.PLUGIN_FAULT,
        what + " of the plugin " + plugin + " can be made",
        how,
        repair,
        cause);
  }

  private static String takes(List<Params.Entry> schema) {
    return schema.stream()
        .map(e ->
            "%s (%s%s, default %s)"
                .formatted(
                    e.name(),
                    e.kind(),
                    e.range().isEmpty() ? "" : " " + e.range(),
                    e.defaultValue().isEmpty() ? "empty" : e.defaultValue()))
        .collect(Collectors.joining(", "));
  }
}
