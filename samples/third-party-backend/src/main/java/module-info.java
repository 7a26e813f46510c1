/** A backend. */
module com.example.plainbackend {
  requires transitive dev.espalier.api;

  exports com.example.plainbackend;

  provides dev.espalier.api.plugin.Plugin with
      com.example.plainbackend.PlainBackendPlugin;
}
