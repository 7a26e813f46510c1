/** The commands, their progress bars and their exit codes. */
module dev.espalier.cli {
  requires dev.espalier.conformance;
  requires dev.espalier.host;
  requires com.fasterxml.jackson.core;
  requires info.picocli;
  requires java.compiler;
  requires me.tongfei.progressbar;
  requires static org.jspecify;

  // picocli reads the commands' annotations and sets their fields.
  opens dev.espalier.cli to
      info.picocli;
}
