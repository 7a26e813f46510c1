package dev.espalier.benchmarks.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.api.EspalierException;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.benchmarks.Installation;
import dev.espalier.engine.Engine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorkloadsTest {
  private final Workloads workloads = new Workloads(Installation.discover());

  @Test
  void everyWorkloadIsTracedAndSaysWhatItCosts() {
    assertThat(workloads.names())
        .allSatisfy(name -> {
          Workload workload = workloads.get(name);
          assertThat(workload.graph().outputs()).isNotEmpty();
          assertThat(workload.operations().orElseGet(workload::bytes)).isPositive();
        });
  }

  /** Operations and bytes computed by hand. */
  @ParameterizedTest
  @CsvSource({
    "gemm/nt-128x512x784, 102760448",
    "gemm/64-times-tn-128x128x32, 67108864",
    "convolution/3x32x32-to-32-input-gradient, 113246208",
    "convolution/64x16x16-to-128-weight-gradient, 603979776",
    "attention/8x6x256x64-forward, 404226048",
    "attention/8x6x256x64-forward-and-backward, 1212678144"
  })
  void operationsAreProductsAndSums(String name, double operations) {
    assertThat(workloads.get(name).operations()).hasValue(operations);
  }

  @ParameterizedTest
  @CsvSource({
    "elementwise/copy, 134217728",
    "elementwise/golu, 134217728",
    "elementwise/golu-and-derivative, 201326592",
    "optimizer/sgd, 120000000",
    "optimizer/lion, 200000000",
    "optimizer/adamw, 280000000"
  })
  void bytesAreThoseOfInputsAndOutputs(String name, double bytes) {
    assertThat(workloads.get(name).operations()).isEmpty();
    assertThat(workloads.get(name).bytes()).isEqualTo(bytes);
  }

  @Test
  void aPatternChoosesAndOneThatIsFoundNowhereIsRefused() {
    assertThat(workloads.matching("^optimizer"))
        .containsExactly("optimizer/adamw", "optimizer/lion", "optimizer/sgd");
    assertThat(workloads.matching("")).isEqualTo(workloads.names());
    assertThatThrownBy(() -> workloads.matching("gema"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("found:  gema, in no name of the families gemm, convolution")
        .hasMessageContaining("repair: ");
    assertThatThrownBy(() -> workloads.matching("gemm["))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("the pattern is a regular expression")
        .hasMessageContaining("gemm[");
  }

  @Test
  void aCompiledWorkloadRuns() {
    CompiledGraphBenchmark benchmark = new CompiledGraphBenchmark();
    benchmark.workload = "convolution/3x32x32-to-32-forward";
    benchmark.threads = 2;
    benchmark.open();
    benchmark.run();
    benchmark.close();

    assertThatThrownBy(benchmark::run).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void ratesAreSharesOfTheMachineOnAsManyThreads() {
    TensorType type = TensorType.of(DType.F32, 4);
    Workload copy =
        Workload.ofMemory(
            new Engine().trace("copy", List.of(type), in -> in), Workload.Values.NORMAL);
    Workload product = new Workload(copy.graph(), OptionalDouble.of(3e9), Workload.Values.NORMAL);
    Map<Integer, MachineRates> machine = new LinkedHashMap<>();
    machine.put(1, new MachineRates(100e9, 64e3));
    machine.put(2, new MachineRates(200e9, 128e3));

    assertThat(
            RateTable.of(
                List.of(
                    new Measured("product", 1, 0.05, product),
                    new Measured("product", 2, 0.02, product),
                    new Measured("copy", 2, 1e-3, copy)),
                machine))
        .hasToString(
            """
            | workload | threads |   ms |           rate |        share |
            |----------|--------:|-----:|---------------:|-------------:|
            | product  |       1 | 50.0 |   60.0 GFLOP/s | 60 % of peak |
            | product  |       2 | 20.0 |    150 GFLOP/s | 75 % of peak |
            | copy     |       2 | 1.00 | 0.0000320 GB/s | 25 % of copy |
            """);
  }
}
