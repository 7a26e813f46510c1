package dev.espalier.conformance.rule;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What an author knows to be wrong with a subject: the file {@code known-gaps.txt} beside the
 * plugin's class. A trial that fails and is listed counts as a known gap; one that is listed and
 * passes fails, so that the list never grows old. There is no other way to leave a trial out.
 *
 * <pre>
 * # comments and empty lines
 * RULE | subject | trial | reason
 * </pre>
 *
 * @param gaps the lines
 */
public record KnownGaps(List<Gap> gaps) {
  /** No gap. */
  public static final KnownGaps NONE = new KnownGaps(List.of());

  public KnownGaps {
    gaps = List.copyOf(gaps);
  }

  /**
   * A trial that is known to fail.
   *
   * @param rule the rule's id
   * @param subject the subject's name
   * @param trial the trial's name, whole
   * @param reason why, for readers of reports
   */
  public record Gap(String rule, String subject, String trial, String reason) {
    private boolean names(Gap other) {
      return rule.equals(other.rule) && subject.equals(other.subject) && trial.equals(other.trial);
    }
  }

  /**
   * Reads the text of a file of known gaps.
   *
   * @throws EspalierException BAD_FILE where a line has not four parts, or a gap comes twice
   */
  public static KnownGaps parse(String text) {
    List<Gap> gaps = new ArrayList<>();
    for (String line : text.lines().map(String::strip).toList()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] parts = line.split("\\s*\\|\\s*", 4);
      if (parts.length != 4 || Arrays.stream(parts).anyMatch(String::isEmpty)) {
        throw bad(line);
      }
      Gap gap = new Gap(parts[0], parts[1], parts[2], parts[3]);
      if (gaps.stream().anyMatch(gap::names)) {
        throw bad("twice: " + line);
      }
      gaps.add(gap);
    }
    return new KnownGaps(gaps);
  }

  private static EspalierException bad(String found) {
    return new EspalierException(
        ErrorCode.BAD_FILE,
        "known gaps are lines RULE | subject | trial | reason",
        found,
        "correct the line");
  }

  /** The gap of a trial, if it is known. */
  public Optional<Gap> of(String rule, String subject, String trial) {
    Gap wanted = new Gap(rule, subject, trial, "");
    return gaps.stream().filter(wanted::names).findFirst();
  }
}
