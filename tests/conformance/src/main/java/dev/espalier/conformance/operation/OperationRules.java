package dev.espalier.conformance.operation;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.cases.ExactValues;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.cases.QuickCases;
import dev.espalier.conformance.numerics.Bound;
import dev.espalier.conformance.numerics.SameBits;
import dev.espalier.conformance.numerics.Tolerances;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;
import java.util.stream.Stream;

/** Rules OP: the values of operations on a backend. */
public final class OperationRules {
  private static final String RANDOM_BITS = "random_bits";

  private OperationRules() {}

  /** The checks. */
  public static List<Check<? super BackendSubject>> checks() {
    return List.of(
        new Check<>("OP-1", OperationRules::exactValues),
        new Check<>("OP-2", OperationRules::sameBits),
        new Check<>("OP-3", RandomGraphRules::trials));
  }

  private static Stream<Trial> exactValues(BackendSubject subject, Tier tier) {
    return exactValues(subject, cases(tier).filter(of -> !of.op().equals(RANDOM_BITS)));
  }

  /** A trial for each case; one that the backend does not claim is another rule's. */
  static Stream<Trial> exactValues(BackendSubject subject, Stream<OpCase> cases) {
    ExactValues exact = ExactValues.standard();
    Tolerances tolerances = Tolerances.standard();
    return cases.map(
        of -> new Trial(of.name(), findings -> compare(subject, of, exact, tolerances, findings)));
  }

  private static void compare(
      BackendSubject subject,
      OpCase of,
      ExactValues exact,
      Tolerances tolerances,
      Findings findings) {
    Backend backend = subject.backend();
    if (!backend.capabilities().claims(of.graph())) {
      return;
    }
    List<NdArray> wanted = exact.of(of);
    List<NdArray> found = BackendSubject.run(backend, of.graph(), of.inputs());
    findings.require(
        found.size() == wanted.size(),
        of + " gives " + found.size() + " outputs, not " + wanted.size());
    for (int i = 0; i < Math.min(found.size(), wanted.size()); i++) {
      DType dtype = wanted.get(i).type().dtype();
      Bound bound = tolerances.of(of.op(), dtype);
      findings.compare(of.op(), of + " output " + i, found.get(i), wanted.get(i), bound);
    }
  }

  private static Stream<Trial> sameBits(BackendSubject subject, Tier tier) {
    return cases(tier)
        .map(of ->
            new Trial(
                of.name(),
                findings -> {
                  Backend backend = subject.backend();
                  if (!backend.capabilities().claims(of.graph())) {
                    return;
                  }
                  List<NdArray> first = BackendSubject.run(backend, of.graph(), of.inputs());
                  for (Backend other : subject.withOtherThreads()) {
                    SameBits.difference(BackendSubject.run(other, of.graph(), of.inputs()), first)
                        .ifPresent(where ->
                            findings.problem(
                                of
                                    + " on "
                                    + other.description()
                                    + ", not "
                                    + backend.description()
                                    + ": "
                                    + where));
                  }
                }));
  }

  private static Stream<OpCase> cases(Tier tier) {
    return QuickCases.of(OpCases.all(), tier).stream();
  }
}
