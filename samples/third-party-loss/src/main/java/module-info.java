/** A loss. */
module com.example.pseudohuber {
  requires transitive dev.espalier.api;

  exports com.example.pseudohuber;

  provides dev.espalier.api.plugin.Plugin with
      com.example.pseudohuber.PseudoHuberPlugin;
}
