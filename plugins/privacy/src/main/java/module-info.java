/** Differential privacy: accountants. */
module dev.espalier.plugins.privacy {
  requires transitive dev.espalier.api;
  requires org.apache.commons.numbers.gamma;
  requires static org.jspecify;

  exports dev.espalier.plugins.privacy;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.privacy.PrivacyPlugin;
}
