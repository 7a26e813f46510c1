package dev.espalier.conformance.junit;

import dev.espalier.conformance.report.HtmlReport;
import dev.espalier.conformance.report.JsonReport;
import dev.espalier.conformance.report.Report;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Result;
import dev.espalier.conformance.rule.Subject;
import dev.espalier.conformance.rule.Suite;
import dev.espalier.conformance.rule.Tier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Suites as tests: a container for each subject and rule, a test for each trial. The tier is the
 * system property {@code conformance.tier}, {@code quick} or {@code full} (the default). A subject
 * that cannot run here is skipped with the reason, unless {@code conformance.require} names it.
 * Afterwards a report, as JSON and as a page, lies in {@code target/conformance}, or where {@code
 * conformance.report} says.
 */
@SuppressWarnings("exports") // Who extends this class reads JUnit; the program does not.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SuiteTest {
  private final List<Suite<?>> open = new ArrayList<>();
  private final Queue<Result> results = new ConcurrentLinkedQueue<>();

  /** For classes that extend this one. */
  protected SuiteTest() {}

  /** What is tested. */
  protected abstract List<Suite<?>> suites();

  /** How much is tried. */
  protected Tier tier() {
    return Tier.valueOf(
        System.getProperty("conformance.tier", Tier.FULL.name()).toUpperCase(Locale.ROOT));
  }

  /** The tests, for JUnit. */
  @TestFactory
  public final Stream<DynamicNode> conformance() {
    open.addAll(suites());
    return open.stream().map(this::container);
  }

  private <S extends Subject> DynamicNode container(Suite<S> suite) {
    Stream<DynamicNode> rules = suite.checks().stream().map(check -> container(suite, check));
    return DynamicContainer.dynamicContainer(suite.subject().name(), rules);
  }

  private <S extends Subject> DynamicNode container(Suite<S> suite, Check<? super S> check) {
    return DynamicContainer.dynamicContainer(
        check.rule(),
        suite
            .planned(check, tier())
            .map(planned ->
                DynamicTest.dynamicTest(planned.trial().name(), () -> require(planned))));
  }

  private void require(Suite.Planned planned) {
    Result result = planned.run();
    results.add(result);
    if (result.status() == Result.Status.NOT_RUN) {
      Assumptions.assumeTrue(
          List.of(System.getProperty("conformance.require", "").split(",", -1))
              .contains(result.subject()),
          () -> result.subject() + " cannot run here: " + result.problems());
    }
    if (!result.status().conforms() || result.status() == Result.Status.NOT_RUN) {
      Assertions.fail(result.rule() + "\n" + String.join("\n", result.problems()));
    }
  }

  /** Closes the subjects and writes the reports, after all tests. */
  @AfterAll
  public final void close() {
    open.forEach(suite -> suite.subject().close());
    Report report = new Report(List.copyOf(results));
    Path folder = Path.of(System.getProperty("conformance.report", "target/conformance"));
    try {
      Files.createDirectories(folder);
      String name = getClass().getSimpleName();
      Files.writeString(folder.resolve(name + ".json"), JsonReport.of(report) + "\n");
      Files.writeString(folder.resolve(name + ".html"), HtmlReport.of(report, name));
    } catch (IOException e) {
      throw new UncheckedIOException(folder.toString(), e);
    }
  }
}
