package dev.espalier.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.tensor.DType;
import dev.espalier.conformance.rule.Family;
import dev.espalier.conformance.rule.Measurement;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Result.Status;
import dev.espalier.conformance.rule.Rule;
import dev.espalier.training.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Reports for people and for programs. */
final class ReportTest {
  private static final Rule RULE = new Rule("OP-1", Family.OP, "Values are right & exact.");

  private static Result result(String trial, Status status, double ulp, String... problems) {
    return new Result(
        "it <1>",
        RULE,
        trial,
        status,
        List.of(problems),
        List.of(new Measurement("exp", DType.F32, ulp, 4, trial)));
  }

  private static final Report REPORT =
      new Report(
          List.of(
              result("near", Status.PASSED, 1),
              result("far", Status.PASSED, 3),
              result("exact", Status.PASSED, 0),
              result("gap", Status.KNOWN_GAP, 0, "known"),
              result("wrong", Status.FAILED, 2, "found 1 < expected 2")));

  @Test
  void trialsAreCountedAndTheLargestDistanceIsKept() {
    assertThat(REPORT.conforms()).isFalse();
    assertThat(REPORT.count()).isEqualTo(new Report.Count(3, 1, 1, 0));
    assertThat(REPORT.worst())
        .singleElement()
        .satisfies(worst -> {
          assertThat(worst.measurement().ulp()).isEqualTo(3);
          assertThat(worst.measurement().where()).isEqualTo("far");
        });
  }

  @Test
  void theJsonSaysTheSame() throws Exception {
    Object parsed = Json.parse(JsonReport.of(REPORT).getBytes(StandardCharsets.UTF_8));

    assertThat(parsed).isInstanceOf(Map.class);
    assertThat((Map<?, ?>) parsed)
        .satisfies(json -> {
          assertThat(json.get("conforms")).isEqualTo(false);
          assertThat(String.valueOf(json.get("failed"))).isEqualTo("1");
          assertThat(String.valueOf(json.get("failures")))
              .contains("wrong", "found 1 < expected 2");
        });
  }

  @Test
  void thePageIsWellFormedAndEscapesWhatItShows() {
    String page = HtmlReport.of(REPORT, "it <1>");

    assertThat(page).contains("It does not conform", "it &lt;1&gt;", "right &amp; exact");
    assertThat(page).doesNotContain("<script", "http");
    Deque<String> open = new ArrayDeque<>();
    Matcher tag = Pattern.compile("<(/?)([a-z0-9]+)[^>]*>").matcher(page);
    while (tag.find()) {
      if (!tag.group(1).isEmpty()) {
        assertThat(open.pop()).isEqualTo(tag.group(2));
      } else if (!tag.group(2).equals("meta")) {
        open.push(tag.group(2));
      }
    }
    assertThat(open).isEmpty();
  }
}
