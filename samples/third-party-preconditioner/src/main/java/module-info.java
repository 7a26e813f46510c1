/** A preconditioner. */
module com.example.adadelta {
  requires transitive dev.espalier.api;

  exports com.example.adadelta;

  provides dev.espalier.api.plugin.Plugin with
      com.example.adadelta.AdaDeltaPlugin;
}
