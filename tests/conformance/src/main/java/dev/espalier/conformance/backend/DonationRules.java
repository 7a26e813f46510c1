package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;

/** Outputs that take the buffers of inputs, and the memory that a run needs. */
final class DonationRules {
  private static final int LENGTH = 257;

  private DonationRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(
        Check.single("BE-18", DonationRules::donations),
        Check.single("BE-19", DonationRules::memory));
  }

  private static void donations(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    SmallGraph small = SmallGraph.of(backend, LENGTH);
    List<NdArray> inputs = small.inputs(5);
    // The second output is the first input, which the first output may take the buffer of.
    for (List<Donation> donations :
        List.of(
            List.of(new Donation(0, 0)),
            List.of(new Donation(1, 0)),
            List.of(new Donation(1, 1)),
            List.of(new Donation(0, 1), new Donation(1, 0)),
            List.of(new Donation(0, 0), new Donation(1, 1)))) {
      try (Executable executable = backend.compile(small.graph(), donations);
          BufferScope scope = backend.openScope()) {
        List<Buffer> in = inputs.stream().map(scope::upload).toList();
        Buffer[] out = {scope.allocate(small.type()), scope.allocate(small.type())};
        donations.forEach(donation -> out[donation.output()] = in.get(donation.input()));
        List<NdArray> values = inputs;
        for (int time = 1; time <= 3; time++) {
          executable.run(in, List.of(out));
          List<NdArray> expected = small.outputs(values);
          for (int i = 0; i < out.length; i++) {
            findings.require(
                out[i].read().equals(expected.get(i)),
                "run " + time + " with " + donations + " gives a wrong output " + i);
          }
          for (int i = 0; i < in.size(); i++) {
            int input = i;
            if (donations.stream().noneMatch(donation -> donation.input() == input)) {
              findings.require(
                  in.get(i).read().equals(values.get(i)),
                  "run " + time + " with " + donations + " changes input " + i);
            }
          }
          values = in.stream().map(Buffer::read).toList();
        }
      }
    }
    refusals(backend, small, findings);
  }

  private static void refusals(Backend backend, SmallGraph small, Findings findings) {
    Graph graph = small.graph();
    refused(findings, backend, graph, ErrorCode.BAD_VALUE, new Donation(2, 0));
    refused(findings, backend, graph, ErrorCode.BAD_VALUE, new Donation(0, -1));
    refused(findings, backend, graph, ErrorCode.BAD_VALUE, new Donation(0, 0), new Donation(0, 1));
    refused(findings, backend, graph, ErrorCode.BAD_VALUE, new Donation(0, 1), new Donation(1, 1));
    TensorType other = TensorType.of(small.type().dtype(), LENGTH + 1);
    Graph mixed = Graph.trace("mixed", List.of(small.type(), other), in -> in);
    refused(findings, backend, mixed, ErrorCode.TYPE_MISMATCH, new Donation(0, 1));
    try (Executable executable = backend.compile(graph, List.of(new Donation(0, 0)));
        BufferScope scope = backend.openScope()) {
      List<NdArray> values = small.inputs(7);
      List<Buffer> in = values.stream().map(scope::upload).toList();
      Buffer away = scope.allocate(small.type());
      findings.refused(
          "a run that does not share a donated buffer",
          ErrorCode.BAD_VALUE,
          () -> executable.run(in, List.of(away, scope.allocate(small.type()))));
      findings.refused(
          "a run that shares another buffer than the donated one",
          ErrorCode.BAD_VALUE,
          () -> executable.run(in, List.of(in.get(0), in.get(1))));
      for (int i = 0; i < in.size(); i++) {
        findings.require(
            in.get(i).read().equals(values.get(i)), "a refused run has written to an input");
      }
    }
  }

  private static void refused(
      Findings findings, Backend backend, Graph graph, ErrorCode code, Donation... donations) {
    findings.refused(
        "compiling " + graph.name() + " with " + List.of(donations),
        code,
        () -> backend.compile(graph, List.of(donations)).close());
  }

  private static void memory(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    SmallGraph small = SmallGraph.of(backend, LENGTH);
    long bytes = small.type().bytes();
    try (Executable apart = backend.compile(small.graph());
        Executable again = backend.compile(small.graph());
        Executable donated = backend.compile(small.graph(), List.of(new Donation(1, 0)))) {
      findings.require(
          apart.memory().buffers() == 4 * bytes,
          "four buffers of " + bytes + " bytes are told as " + apart.memory());
      findings.require(
          donated.memory().buffers() == 3 * bytes,
          "four buffers of " + bytes + " bytes, one donated, are told as " + donated.memory());
      findings.require(
          apart.memory().intermediates() >= 0 && apart.memory().constants() >= 0,
          "less than no memory: " + apart.memory());
      findings.require(
          apart.memory().equals(again.memory()),
          "compiled again, " + apart.memory() + " become " + again.memory());
    }
  }
}
