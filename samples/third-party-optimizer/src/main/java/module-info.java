/** An optimizer. */
module com.example.signmomentum {
  requires transitive dev.espalier.api;

  exports com.example.signmomentum;

  provides dev.espalier.api.plugin.Plugin with
      com.example.signmomentum.SignMomentumPlugin;
}
