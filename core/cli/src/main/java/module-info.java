/** The commands, their progress bars and their exit codes. */
module dev.espalier.cli {
  requires dev.espalier.host;
  requires com.fasterxml.jackson.databind;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires static org.jspecify;
}
