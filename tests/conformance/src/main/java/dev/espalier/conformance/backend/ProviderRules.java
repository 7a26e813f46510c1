package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider.Probe;
import dev.espalier.api.backend.Executable;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;
import java.util.Map;

/** What a provider and an executable say of themselves. */
final class ProviderRules {
  private ProviderRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(
        Check.single("BE-15", ProviderRules::listing), Check.single("BE-16", ProviderRules::probe));
  }

  private static void listing(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    findings.require(!backend.description().isBlank(), "the backend's description is blank");
    findings.require(
        !backend.capabilities().types().isEmpty()
            && backend.capabilities().equals(backend.capabilities()),
        "the backend claims no element type, or other ones each time");
    SmallGraph small = SmallGraph.of(backend);
    try (Executable first = backend.compile(small.graph())) {
      String text = first.listing();
      findings.require(!text.isBlank(), "the listing is blank");
      try (Executable second = backend.compile(small.graph())) {
        findings.require(second.listing().equals(text), "one graph has two different listings");
      }
      findings.require(
          first.listing().equals(text), "closing one executable of a graph changes another");
    }
  }

  private static void probe(BackendSubject subject, Findings findings) {
    Probe first = subject.provider().probe();
    findings.require(
        first.equals(subject.provider().probe()), "two looks around find different things");
    findings.refused(
        "opening with an option that nobody knows",
        ErrorCode.UNKNOWN_KEY,
        () -> subject.provider().open(Map.of("no-such-option", "1")).close());
  }
}
