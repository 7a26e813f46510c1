/** An activation. */
module com.example.bellcurve {
  requires transitive dev.espalier.api;

  exports com.example.bellcurve;

  provides dev.espalier.api.plugin.Plugin with
      com.example.bellcurve.BellCurvePlugin;
}
