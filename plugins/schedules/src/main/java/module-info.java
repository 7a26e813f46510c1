/** The schedules that come with Espalier. */
module dev.espalier.plugins.schedules {
  requires transitive dev.espalier.api;
  requires static org.jspecify;

  exports dev.espalier.plugins.schedules;

  provides dev.espalier.api.plugin.Plugin with
      dev.espalier.plugins.schedules.SchedulesPlugin;
}
