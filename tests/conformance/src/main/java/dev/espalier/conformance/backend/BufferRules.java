package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;
import java.util.Map;

/** Buffers hold what is written, and wrong ones are refused before anything is written. */
final class BufferRules {
  private BufferRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(
        Check.single("BE-10", BufferRules::roundTrip),
        Check.single("BE-11", BufferRules::wrongBuffers),
        Check.single("BE-12", BufferRules::inputsStay));
  }

  private static void roundTrip(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    for (DType dtype : SmallGraph.dtypes(backend).toList()) {
      for (int length : new int[] {0, 1, 3, 7, 13, 31, 33, 257}) {
        TensorType type = TensorType.of(dtype, length);
        long[] bits = new long[length];
        for (int i = 0; i < length; i++) {
          bits[i] = dtype == DType.BOOL ? i % 2 : 37L * i - 400;
        }
        NdArray values = NdArray.of(bits, length).convert(dtype);
        try (BufferScope scope = backend.openScope()) {
          Buffer uploaded = scope.upload(values);
          Buffer written = scope.allocate(type);
          written.write(values);
          findings.require(
              uploaded.read().equals(values) && written.read().equals(values),
              "a buffer of " + type + " does not give back what was written");
          findings.require(
              uploaded.type().equals(type), "a buffer of " + type + " is of " + uploaded.type());
        }
      }
    }
  }

  private static void wrongBuffers(BackendSubject subject, Findings findings) {
    try (Backend backend = subject.provider().open(Map.of());
        Backend stranger = subject.provider().open(Map.of())) {
      SmallGraph small = SmallGraph.of(backend);
      TensorType type = small.type();
      TensorType longer = TensorType.of(type.dtype(), type.shape().size() + 1);
      List<NdArray> inputs = small.inputs(1);
      NdArray before = small.inputs(50).get(0);
      try (Executable executable = backend.compile(small.graph());
          BufferScope scope = backend.openScope();
          BufferScope foreign = stranger.openScope()) {
        List<Buffer> in = inputs.stream().map(scope::upload).toList();
        List<Buffer> out = List.of(scope.upload(before), scope.upload(before));
        Buffer long1 = scope.allocate(longer);
        ErrorCode types = ErrorCode.TYPE_MISMATCH;
        ErrorCode value = ErrorCode.BAD_VALUE;
        findings.refused("writing values of another type", types, () -> long1.write(inputs.get(0)));
        refusedRun(findings, "an input of another type", types, executable, in(in, long1), out);
        refusedRun(findings, "an output of another type", types, executable, in, in(out, long1));
        refusedRun(findings, "an input too few", types, executable, in.subList(0, 1), out);
        refusedRun(findings, "an output too few", types, executable, in, out.subList(0, 1));
        refusedRun(findings, "an output given twice", value, executable, in, in(out, out.get(0)));
        refusedRun(
            findings, "an output that is an input", value, executable, in, in(out, in.get(0)));
        Buffer away = foreign.upload(inputs.get(1));
        refusedRun(findings, "an input of another backend", value, executable, in(in, away), out);
        refusedRun(findings, "an output of another backend", value, executable, in, in(out, away));
        findings.require(
            out.get(0).read().equals(before) && out.get(1).read().equals(before),
            "a refused run has written to its outputs");
      }
    }
  }

  /** The first of two buffers, and another second one. */
  private static List<Buffer> in(List<Buffer> two, Buffer second) {
    return List.of(two.get(0), second);
  }

  private static void refusedRun(
      Findings findings,
      String what,
      ErrorCode code,
      Executable executable,
      List<Buffer> in,
      List<Buffer> out) {
    findings.refused("a run with " + what, code, () -> executable.run(in, out));
  }

  private static void inputsStay(BackendSubject subject, Findings findings) {
    Backend backend = subject.backend();
    SmallGraph small = SmallGraph.of(backend, 257);
    List<NdArray> inputs = small.inputs(5);
    try (Executable executable = backend.compile(small.graph());
        BufferScope scope = backend.openScope()) {
      List<Buffer> in = inputs.stream().map(scope::upload).toList();
      List<Buffer> out = inputs.stream().map(NdArray::type).map(scope::allocate).toList();
      for (int time = 1; time <= 2; time++) {
        executable.run(in, out);
        for (int i = 0; i < inputs.size(); i++) {
          findings.require(
              in.get(i).read().equals(inputs.get(i)),
              "run " + time + " changes input " + i + " of " + small.graph().name());
          findings.require(
              out.get(i).read().equals(small.outputs(inputs).get(i)),
              "run " + time + " gives a wrong output " + i + " of " + small.graph().name());
        }
      }
      NdArray read = out.get(1).read();
      in.get(0).write(small.inputs(6).get(0));
      findings.require(
          read.equals(inputs.get(0)) && out.get(1).read().equals(inputs.get(0)),
          "an output shares memory with an input, or what was read with a buffer");
    }
  }
}
