package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;
import java.util.Map;

/** What is closed is not used, and closing is harmless. */
final class LifeCycleRules {
  private LifeCycleRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(
        Check.single("BE-4", LifeCycleRules::useAfterClose),
        Check.single("BE-5", LifeCycleRules::closingTwice),
        Check.single("BE-6", LifeCycleRules::closingTheBackend));
  }

  private static void useAfterClose(BackendSubject subject, Findings findings) {
    try (Backend backend = subject.provider().open(Map.of())) {
      SmallGraph small = SmallGraph.of(backend);
      List<NdArray> inputs = small.inputs(1);
      BufferScope closedScope = backend.openScope();
      Buffer gone = closedScope.upload(inputs.get(0));
      closedScope.close();
      refused(findings, "reading a buffer of a closed scope", gone::read);
      refused(findings, "writing a buffer of a closed scope", () -> gone.write(inputs.get(0)));
      refused(findings, "allocating in a closed scope", () -> closedScope.allocate(small.type()));
      try (BufferScope scope = backend.openScope()) {
        List<Buffer> in = inputs.stream().map(scope::upload).toList();
        List<Buffer> out = inputs.stream().map(NdArray::type).map(scope::allocate).toList();
        Executable executable = backend.compile(small.graph());
        refused(
            findings,
            "running on an input of a closed scope",
            () -> executable.run(List.of(in.get(0), gone), out));
        refused(
            findings,
            "running to an output of a closed scope",
            () -> executable.run(in, List.of(out.get(0), gone)));
        executable.close();
        refused(findings, "running a closed executable", () -> executable.run(in, out));
      }
    }
    Backend closed = subject.provider().open(Map.of());
    SmallGraph small = SmallGraph.of(closed);
    closed.close();
    refused(findings, "compiling on a closed backend", () -> closed.compile(small.graph()));
    refused(findings, "opening a scope of a closed backend", closed::openScope);
  }

  private static void refused(Findings findings, String what, Findings.Action action) {
    findings.refused(what, ErrorCode.USE_AFTER_CLOSE, action);
  }

  private static void closingTwice(BackendSubject subject, Findings findings) {
    Backend backend = subject.provider().open(Map.of());
    Executable executable = backend.compile(SmallGraph.of(backend).graph());
    BufferScope scope = backend.openScope();
    for (int time = 1; time <= 2; time++) {
      harmless(findings, "closing an executable, time " + time, executable::close);
      harmless(findings, "closing a scope, time " + time, scope::close);
    }
    harmless(findings, "closing a backend, time 1", backend::close);
    harmless(findings, "closing a backend, time 2", backend::close);
    harmless(findings, "closing an executable after its backend", executable::close);
    harmless(findings, "closing a scope after its backend", scope::close);
  }

  private static void harmless(Findings findings, String what, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | LinkageError e) {
      findings.problem(what + " throws " + e);
    }
  }

  private static void closingTheBackend(BackendSubject subject, Findings findings) {
    Backend backend = subject.provider().open(Map.of());
    SmallGraph small = SmallGraph.of(backend);
    List<NdArray> inputs = small.inputs(1);
    Executable executable = backend.compile(small.graph());
    BufferScope scope = backend.openScope();
    List<Buffer> in = inputs.stream().map(scope::upload).toList();
    List<Buffer> out = inputs.stream().map(NdArray::type).map(scope::allocate).toList();
    backend.close();
    refused(findings, "reading a buffer after its backend is closed", () -> in.get(0).read());
    refused(
        findings,
        "allocating in a scope whose backend is closed",
        () -> scope.allocate(small.type()));
    refused(
        findings, "running an executable whose backend is closed", () -> executable.run(in, out));
  }
}
