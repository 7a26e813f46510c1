package dev.espalier.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.cases.OpCase;
import dev.espalier.conformance.cases.OpCases;
import dev.espalier.conformance.numerics.Bound;
import dev.espalier.conformance.numerics.Closeness;
import dev.espalier.conformance.numerics.Tolerances;
import dev.espalier.engine.reference.Reference;
import dev.espalier.host.PluginCatalog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The CPU backend against the reference interpreter, on every operation and element type. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CpuBackendRulesTest {
  private static final Tolerances TOLERANCES = Tolerances.standard();

  private final List<Backend> backends = new ArrayList<>();

  @BeforeAll
  void open() {
    PluginCatalog catalog = PluginCatalog.discover();
    for (String threads : List.of("1", "3")) {
      backends.add(
          catalog.create(ExtensionPoint.BACKEND, "cpu", Map.of()).open(Map.of("threads", threads)));
    }
  }

  @AfterAll
  void close() {
    backends.forEach(Backend::close);
  }

  static Stream<OpCase> cases() {
    return OpCases.all().stream();
  }

  private static List<NdArray> run(Backend backend, OpCase of) {
    try (Executable executable = backend.compile(of.graph().verify());
        BufferScope scope = backend.openScope()) {
      List<Buffer> inputs = of.inputs().stream().map(scope::upload).toList();
      List<Buffer> outputs = of.graph().outputTypes().stream().map(scope::allocate).toList();
      executable.run(inputs, outputs);
      return outputs.stream().map(Buffer::read).toList();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theCpuBackendIsWithinTheContractOfTheReference(OpCase of) {
    List<NdArray> wanted = Reference.run(of.graph(), of.inputs());
    List<NdArray> found = run(backends.getFirst(), of);
    for (int i = 0; i < wanted.size(); i++) {
      DType dtype = wanted.get(i).type().dtype();
      Bound bound = dtype.isFloat() ? TOLERANCES.of(of.op(), dtype) : Bound.EXACT;
      Closeness.Report report = Closeness.compare(found.get(i), wanted.get(i), bound);
      assertThat(report.holds()).as("%s output %d: %s", of, i, report).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theNumberOfThreadsChangesNoBit(OpCase of) {
    SameBits.require(of.name(), run(backends.get(1), of), run(backends.getFirst(), of));
  }
}
