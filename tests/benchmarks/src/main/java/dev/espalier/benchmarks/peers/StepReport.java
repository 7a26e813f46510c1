package dev.espalier.benchmarks.peers;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.training.json.Json;
import dev.espalier.training.json.JsonFault;
import dev.espalier.training.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the process of one step says at its end, on one line of JSON. The peers' script prints the
 * same keys.
 *
 * @param version what ran it
 * @param parameters how many numbers are trained
 * @param steps how many steps were timed
 * @param loss the last loss
 * @param medianMs the middle of their milliseconds
 * @param lowerQuartileMs below which a quarter of them lies
 * @param upperQuartileMs above which a quarter of them lies
 * @param buildMs tracing and compiling, before the first step; empty where that is part of it
 * @param firstStepMs the first step itself
 * @param mainToFirstStepS seconds from the program's first line to the end of the first step
 * @param startToFirstStepS seconds from the process's start to there; empty where the system does
 *     not say when that was
 * @param peakMb the most memory that was resident; empty where the system does not say it
 */
public record StepReport(
    String version,
    long parameters,
    long steps,
    double loss,
    double medianMs,
    double lowerQuartileMs,
    double upperQuartileMs,
    OptionalDouble buildMs,
    double firstStepMs,
    double mainToFirstStepS,
    OptionalDouble startToFirstStepS,
    OptionalDouble peakMb) {

  /** Steps a second. */
  public double rate() {
    return 1e3 / medianMs;
  }

  /** One line of JSON, without a line end. */
  public String toJson() {
    Map<String, Object> numbers = new LinkedHashMap<>();
    numbers.put("loss", loss);
    numbers.put("median_ms", medianMs);
    numbers.put("lower_quartile_ms", lowerQuartileMs);
    numbers.put("upper_quartile_ms", upperQuartileMs);
    buildMs.ifPresent(value -> numbers.put("build_ms", value));
    numbers.put("first_step_ms", firstStepMs);
    numbers.put("main_to_first_step_s", mainToFirstStepS);
    startToFirstStepS.ifPresent(value -> numbers.put("start_to_first_step_s", value));
    peakMb.ifPresent(value -> numbers.put("peak_mb", value));
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("version", version);
    all.put("parameters", parameters);
    all.put("steps", steps);
    all.put("numbers", numbers);
    return Json.line(all);
  }

  /**
   * Reads such a line.
   *
   * @throws EspalierException BAD_FILE where it is none
   */
  public static StepReport parse(String line) {
    try {
      JsonObject all = JsonObject.of("", Json.parse(line.getBytes(StandardCharsets.UTF_8)));
      Map<String, Double> numbers = all.numbers("numbers");
      StepReport report =
          new StepReport(
              all.text("version"),
              all.integer("parameters"),
              all.integer("steps"),
              number(numbers, "loss"),
              number(numbers, "median_ms"),
              number(numbers, "lower_quartile_ms"),
              number(numbers, "upper_quartile_ms"),
              optional(numbers, "build_ms"),
              number(numbers, "first_step_ms"),
              number(numbers, "main_to_first_step_s"),
              optional(numbers, "start_to_first_step_s"),
              optional(numbers, "peak_mb"));
      all.end();
      return report;
    } catch (JsonFault e) {
      throw notAReport(line, String.valueOf(e.getMessage()));
    }
  }

  private static double number(Map<String, Double> numbers, String key) throws JsonFault {
    Double value = numbers.get(key);
    if (value == null) {
      throw new JsonFault("the key numbers." + key + " is missing");
    }
    return value;
  }

  private static OptionalDouble optional(Map<String, Double> numbers, String key) {
    Double value = numbers.get(key);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static EspalierException notAReport(String line, String why) {
    return new EspalierException(
        ErrorCode.BAD_FILE,
        "a process of a step ends with its report, one line of JSON",
        why + ", in: " + line,
        "run the process by itself and see what it prints");
  }
}
