package dev.espalier.conformance.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.rule.Tier;
import dev.espalier.conformance.rule.Trial;
import dev.espalier.conformance.subject.BackendSubject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Memory is counted, comes back, and its lack is told. */
final class MemoryRules {
  /**
   * A buffer of this many elements is more than any heap here; the largest that a shape can have.
   */
  private static final int MOST_ELEMENTS = Integer.MAX_VALUE - 8;

  private static final int MOST_BUFFERS = 64;

  private static final int LARGE_ELEMENTS = 8 << 20;

  private MemoryRules() {}

  static List<Check<? super BackendSubject>> checks() {
    return List.of(
        Check.single("BE-7", MemoryRules::liveBytes),
        new Check<>("BE-8", MemoryRules::comesBack),
        // Fills the memory that there is.
        Check.singleOfFull("BE-9", MemoryRules::outOfMemory));
  }

  private static void liveBytes(BackendSubject subject, Findings findings) {
    try (Backend backend = subject.provider().open(Map.of())) {
      SmallGraph small = SmallGraph.of(backend, 1000);
      List<NdArray> inputs = small.inputs(1);
      live(findings, backend, "when nothing is open", 0, 0);
      BufferScope scope = backend.openScope();
      List<Buffer> in = inputs.stream().map(scope::upload).toList();
      long bytes = small.type().bytes();
      live(findings, backend, "with two buffers", 2 * bytes, 4 * bytes + 4096);
      List<NdArray> found = BackendSubject.run(backend, small.graph(), inputs);
      findings.require(
          found.equals(small.outputs(inputs)), "a run beside open buffers gives wrong values");
      live(findings, backend, "after a run on other buffers", 2 * bytes, 4 * bytes + 4096);
      try (var executable = backend.compile(small.graph());
          BufferScope other = backend.openScope()) {
        Buffer out = other.allocate(small.type());
        try {
          executable.run(in, List.of(out));
        } catch (EspalierException e) {
          // One output too few: it fails, which another rule asks for.
          findings.require(e.code() != ErrorCode.INTERNAL, "a failed run ends in " + e);
        }
      }
      live(findings, backend, "after a run that failed", 2 * bytes, 4 * bytes + 4096);
      scope.close();
      live(findings, backend, "when every scope is closed", 0, 0);
    }
  }

  private static void live(Findings findings, Backend backend, String when, long least, long most) {
    long found = backend.liveBytes();
    findings.require(
        found >= least && found <= most,
        "live bytes " + when + ": found " + found + ", expected from " + least + " to " + most);
  }

  /** Allocates far more than there is, bit by bit, and frees each bit. */
  private static Stream<Trial> comesBack(BackendSubject subject, Tier tier) {
    double times = tier == Tier.QUICK ? 0.25 : 1.5;
    return Stream.of(
        new Trial(
            subject.name(),
            findings -> {
              try (Backend backend = subject.provider().open(Map.of())) {
                DType dtype = SmallGraph.dtypes(backend).findFirst().orElseThrow();
                TensorType type = TensorType.of(dtype, LARGE_ELEMENTS);
                long rounds =
                    (long) Math.ceil(times * Runtime.getRuntime().maxMemory() / type.bytes());
                for (long round = 0; round < rounds; round++) {
                  try (BufferScope scope = backend.openScope()) {
                    scope.allocate(type);
                  } catch (EspalierException e) {
                    findings.problem(
                        "of "
                            + rounds
                            + " buffers of "
                            + type
                            + ", each freed before the next, number "
                            + round
                            + " is refused: "
                            + e.getMessage());
                    return;
                  }
                  if (backend.liveBytes() != 0) {
                    findings.problem(
                        "after scope "
                            + round
                            + " is closed, "
                            + backend.liveBytes()
                            + " bytes live rather than 0");
                    return;
                  }
                }
              }
            }));
  }

  private static void outOfMemory(BackendSubject subject, Findings findings) {
    try (Backend backend = subject.provider().open(Map.of())) {
      DType widest =
          SmallGraph.dtypes(backend)
              .max(java.util.Comparator.comparingInt(DType::bytes))
              .orElseThrow();
      TensorType huge = TensorType.of(widest, MOST_ELEMENTS);
      findings.refused(
          MOST_BUFFERS + " buffers of " + huge + ", " + huge.bytes() + " bytes each",
          ErrorCode.OUT_OF_MEMORY,
          () -> {
            try (BufferScope scope = backend.openScope()) {
              for (int i = 0; i < MOST_BUFFERS; i++) {
                scope.allocate(huge);
              }
            }
          });
      live(findings, backend, "after memory ran out", 0, 0);
      SmallGraph small = SmallGraph.of(backend);
      findings.require(
          BackendSubject.run(backend, small.graph(), small.inputs(2))
              .equals(small.outputs(small.inputs(2))),
          "the backend does not work after memory ran out");
    }
  }
}
