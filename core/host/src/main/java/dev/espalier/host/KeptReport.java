package dev.espalier.host;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.host.scan.Printable;
import dev.espalier.training.checkpoint.AtomicFile;
import dev.espalier.training.file.Sha256;
import dev.espalier.training.json.Json;
import dev.espalier.training.json.JsonFault;
import dev.espalier.training.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A conformance report that was kept beside the jar or folder that was tried, as {@code
 * NAME.conformance.json}. It says of which SHA-256 it is, so that it is never taken for one of
 * another file; it is not signed, and whoever may write to that folder may write it.
 *
 * @param sha256 the hash of what was tried, as {@link PluginOrigin#sha256()} defines it
 * @param tier how much was tried, one lower-case word
 * @param date the day on which it was tried, in UTC
 * @param lines what came of each rule on each subject
 */
public record KeptReport(String sha256, String tier, LocalDate date, List<Line> lines) {
  /** The version of the format, which changes when an older reader would misread it. */
  public static final int FORMAT_VERSION = 1;

  /** The longest file that is read. */
  public static final int MAX_BYTES = 1 << 24;

  private static final String FORMAT_NAME = "espalier-kept-conformance";
  private static final Pattern TIER = Pattern.compile("[a-z]{1,20}");

  private static final int MOST_CHARACTERS = 300;

  /** More trials than any report has. */
  private static final long MOST_TRIALS = 1L << 31;

  public KeptReport {
    lines = List.copyOf(lines);
  }

  /**
   * How the trials of a rule on a subject ended.
   *
   * @param subject the extension's point and name, or the plugin's id
   * @param rule the rule's id
   * @param passed how many passed
   * @param failed how many failed
   * @param gaps how many failed as the plugin's author says that they do
   * @param notRun how many could not be run
   */
  public record Line(
      String subject, String rule, long passed, long failed, long gaps, long notRun) {}

  /** Where the report of a jar or folder is kept: beside it. */
  public static Path fileOf(Path jarOrFolder) {
    Path path = jarOrFolder.toAbsolutePath().normalize();
    return path.resolveSibling(path.getFileName() + ".conformance.json");
  }

  /**
   * Keeps a report, whole or not at all.
   *
   * @param jarOrFolder what was tried
   * @param sha256 its hash when it was loaded
   * @param tier how much was tried
   * @param date the day, in UTC
   * @param report as the conformance kit writes it
   * @return the file
   * @throws dev.espalier.api.EspalierException IO_FAILURE
   */
  public static Path write(
      Path jarOrFolder, String sha256, String tier, LocalDate date, Map<String, Object> report) {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("format", FORMAT_NAME);
    root.put("format_version", FORMAT_VERSION);
    root.put("sha256", sha256);
    root.put("tier", tier);
    root.put("date", date.toString());
    root.put("report", report);
    Path file = fileOf(jarOrFolder);
    AtomicFile.write(file, Json.text(root).getBytes(StandardCharsets.UTF_8));
    return file;
  }

  /**
   * What the report that is kept of a plugin says of one of its extensions, in one line. A file
   * that is damaged or of another jar says so, and nothing else.
   *
   * @return empty where there is no report
   */
  static Optional<String> lineOf(PluginOrigin origin, String point, String name) {
    if (origin.kind() != PluginOrigin.Kind.DIRECTORY || origin.sha256().isEmpty()) {
      return Optional.empty();
    }
    Path file = fileOf(Path.of(origin.location()));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new JsonFault("it is longer than " + MAX_BYTES + " bytes");
      }
      KeptReport report = parse(bytes);
      return Optional.of(
          report.sha256.equals(origin.sha256().get())
              ? report.text(point, name)
              : "a report of another file (SHA-256 " + report.sha256 + ")");
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JsonFault fault) {
      return Optional.of(unreadable(String.valueOf(fault.getMessage())));
    } catch (IOException e) {
      return Optional.of(unreadable(Explanation.of(e)));
    }
  }

  /** The cause may quote the file, which may hold anything. */
  private static String unreadable(String cause) {
    String shown = Printable.plain(cause);
    return "a report that cannot be read: "
        + shown.substring(0, Math.min(MOST_CHARACTERS, shown.length()));
  }

  /** Reads what is needed of a file's bytes; the rest of the report may be anything. */
  static KeptReport parse(byte[] bytes) throws JsonFault {
    JsonObject root = JsonObject.of("", Json.parse(bytes));
    if (!root.text("format").equals(FORMAT_NAME)) {
      throw new JsonFault("format is not '" + FORMAT_NAME + "'");
    }
    long version = root.integer("format_version");
    if (version != FORMAT_VERSION) {
      throw new JsonFault("format_version is " + version + ", not " + FORMAT_VERSION);
    }
    String sha256 = root.text("sha256");
    if (!Sha256.isHex(sha256)) {
      throw new JsonFault("sha256 is not 64 hexadecimal digits");
    }
    String tier = root.text("tier");
    if (!TIER.matcher(tier).matches()) {
      throw new JsonFault("tier is not a lower-case word");
    }
    List<Line> lines = new ArrayList<>();
    for (JsonObject line : root.object("report").objects("rules")) {
      lines.add(
          new Line(
              line.text("subject"),
              line.text("rule"),
              count(line, "passed"),
              count(line, "failed"),
              count(line, "known_gaps"),
              count(line, "not_run")));
    }
    return new KeptReport(sha256, tier, date(root.text("date")), lines);
  }

  private static LocalDate date(String text) throws JsonFault {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      JsonFault fault = new JsonFault("date is not a day, as in 2026-11-27");
      fault.initCause(e);
      throw fault;
    }
  }

  private static long count(JsonObject line, String key) throws JsonFault {
    long count = line.integer(key);
    if (count < 0 || count > MOST_TRIALS) {
      throw new JsonFault(key + " is " + count + ", which is no number of trials");
    }
    return count;
  }

  /** How the trials of an extension ended; of a kind that has no rules, those of all the plugin. */
  String text(String point, String name) {
    // A backend is tried under its name alone.
    String subject = point.equals(ExtensionPoint.BACKEND.name()) ? name : point + " " + name;
    List<Line> own = lines.stream().filter(line -> line.subject().equals(subject)).toList();
    return own.isEmpty()
        ? text(lines) + ", of the whole plugin: there is no rule for this extension alone"
        : text(own);
  }

  private String text(List<Line> of) {
    long passed = of.stream().mapToLong(Line::passed).sum();
    long failed = of.stream().mapToLong(Line::failed).sum();
    long gaps = of.stream().mapToLong(Line::gaps).sum();
    long notRun = of.stream().mapToLong(Line::notRun).sum();
    long rules = of.stream().map(Line::rule).distinct().count();
    return "%d of %d trials of %d rules passed"
            .formatted(passed, passed + failed + gaps + notRun, rules)
        + and(failed, "failed")
        + and(gaps, "known gaps")
        + and(notRun, "not run")
        + ", on %s, %s tier".formatted(date, tier);
  }

  private static String and(long count, String what) {
    return count == 0 ? "" : ", " + count + " " + what;
  }
}
