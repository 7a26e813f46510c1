package dev.espalier.integration.plugins;

/** Sources of plugins, each of one class. */
final class Sources {
  private Sources() {}

  /** A plugin with one activation: the argument times a factor. */
  static String scaling(String className, String id, String version, String name, double factor) {
    return plugin(
        className,
        id,
        version,
        """
        to.register(
            ExtensionPoint.ACTIVATION,
            "%s",
            Citation.cite("by definition", "%s*x"),
            p -> x -> x.mul(%s));
        """
            .formatted(name, factor, factor));
  }

  /** A plugin whose {@code contribute} is given. */
  static String plugin(String className, String id, String version, String contribute) {
    return plugin(
        className,
        "",
        "return new PluginInfo(\"%s\", \"%s\", PluginInfo.API_VERSION);".formatted(id, version),
        contribute,
        "");
  }

  /** A plugin of which everything is given. */
  static String plugin(
      String className, String constructor, String info, String contribute, String members) {
    int dot = className.lastIndexOf('.');
    String simple = className.substring(dot + 1);
    return """
    package %s;

    import dev.espalier.api.plugin.*;
    import dev.espalier.api.tensor.*;
    import dev.espalier.api.training.*;

    public final class %s implements Plugin {
      public %s() {
        %s
      }

      @Override
      public PluginInfo info() {
        %s
      }

      @Override
      public void contribute(Registrar to) {
        %s
      }

      %s
    }
    """
        .formatted(
            className.substring(0, dot), simple, simple, constructor, info, contribute, members);
  }
}
