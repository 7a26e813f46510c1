package dev.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.BackendProvider;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Capabilities;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.backend.MatrixProducts;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class BackendSelectionTest {
  /** Says its name and its options, and does nothing else. */
  private record Named(String description) implements Backend {
    @Override
    public Capabilities capabilities() {
      throw new UnsupportedOperationException();
    }

    @Override
    public Executable compile(Graph graph, List<Donation> donations) {
      throw new UnsupportedOperationException();
    }

    @Override
    public BufferScope openScope() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long liveBytes() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private record Provider(String name, Supplier<BackendProvider.Probe> look)
      implements BackendProvider {
    @Override
    public Probe probe() {
      return look.get();
    }

    @Override
    public Backend open(Map<String, String> options) {
      return new Named(name + new TreeMap<>(options));
    }
  }

  private record Backends(Map<String, Supplier<BackendProvider.Probe>> looks) implements Plugin {
    @Override
    public PluginInfo info() {
      return new PluginInfo("backends", "1", PluginInfo.API_VERSION);
    }

    @Override
    public void contribute(Registrar to) {
      looks.forEach((name, look) ->
          to.register(
              ExtensionPoint.BACKEND,
              name,
              Citation.cite("a test", "none"),
              _ -> new Provider(name, look)));
    }
  }

  private static BackendProvider.Probe usable() {
    return new BackendProvider.Usable("fine");
  }

  private static BackendProvider.Probe unusable() {
    return new BackendProvider.Unusable("it is not plugged in", "plug it in");
  }

  private static BackendProvider.Probe throwing() {
    throw new IllegalStateException("boom");
  }

  private static BackendSelection selection(Map<String, Supplier<BackendProvider.Probe>> looks) {
    return Host.with(PluginCatalog.of(List.of(new Backends(looks)))).backends();
  }

  /** A backend that says what the products are that its option names. */
  private record Asking() implements Plugin, BackendProvider {
    @Override
    public PluginInfo info() {
      return new PluginInfo("asking", "1", PluginInfo.API_VERSION);
    }

    @Override
    public void contribute(Registrar to) {
      Citation none = Citation.cite("a test", "none");
      to.register(ExtensionPoint.BACKEND, "asking", none, _ -> this);
      to.register(ExtensionPoint.MATRIX_PRODUCTS, "here", none, _ -> new Products());
    }

    @Override
    public Probe probe() {
      return usable();
    }

    @Override
    public Backend open(Map<String, String> options) {
      throw new AssertionError();
    }

    @Override
    public Backend open(Map<String, String> options, MatrixProducts.Source products) {
      return new Named(products.create(options.getOrDefault("products", "")).probe().toString());
    }
  }

  private record Products() implements MatrixProducts {
    @Override
    public BackendProvider.Probe probe() {
      return new BackendProvider.Usable("multiplying");
    }

    @Override
    public boolean takesBf16() {
      return false;
    }

    @Override
    public void multiply(Block block, float[] a, int ao, float[] b, int bo, float[] c, int co) {
      throw new AssertionError();
    }

    @Override
    public void multiplyBf16(Block block, short[] a, int ao, short[] b, int bo, float[] c, int co) {
      throw new AssertionError();
    }
  }

  @Test
  void aBackendMayUseTheMatrixProductsOfAPlugin() {
    BackendSelection selection = Host.with(PluginCatalog.of(List.of(new Asking()))).backends();

    assertThat(selection.open(Optional.of("asking"), Map.of("products", "here")).description())
        .contains("multiplying");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> selection.open(Optional.of("asking"), Map.of("products", "there")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
        .satisfies(e -> assertThat(e).hasMessageContaining("there"));
  }

  @Test
  void withoutANameAnyOtherUsableOneComesBeforeCpu() {
    assertThat(
            open(
                Map.of(
                    "cpu",
                    BackendSelectionTest::usable,
                    "zeta",
                    BackendSelectionTest::usable,
                    "alpha",
                    BackendSelectionTest::unusable)))
        .isEqualTo("zeta{}");
    assertThat(
            open(
                Map.of(
                    "cpu", BackendSelectionTest::usable, "zeta", BackendSelectionTest::throwing)))
        .isEqualTo("cpu{}");
  }

  @Test
  void oneThatIsUsedByNameOnlyIsNotChosenByItself() {
    PluginCatalog catalog =
        PluginCatalog.of(
            List.of(
                new Backends(
                    Map.of(
                        "cpu",
                        BackendSelectionTest::usable,
                        "own",
                        BackendSelectionTest::usable))));
    BackendSelection selection =
        new BackendSelection(catalog, List.of("own", "cpu"), List.of("own"));
    assertThat(selection.candidates())
        .extracting(BackendSelection.Candidate::name)
        .containsExactly("cpu", "own");
    assertThat(selection.choose(Optional.empty())).isEqualTo("cpu");
    assertThat(selection.choose(Optional.of("own"))).isEqualTo("own");
    BackendSelection alone = new BackendSelection(catalog, List.of("own"), List.of("own"));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> alone.choose(Optional.empty()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE))
        .satisfies(e -> assertThat(e.found()).contains("own: ", "only where it is named"));
  }

  @Test
  void aNamedOneGetsTheOptions() {
    Map<String, Supplier<BackendProvider.Probe>> looks =
        Map.of("cpu", BackendSelectionTest::usable, "gpu", BackendSelectionTest::usable);
    try (Backend backend = selection(looks).open(Optional.of("cpu"), Map.of("threads", "2"))) {
      assertThat(backend.description()).isEqualTo("cpu{threads=2}");
    }
  }

  @Test
  void aNamedOneThatCannotBeUsedIsRefusedWithItsReasonAndNotReplaced() {
    BackendSelection selection =
        selection(
            Map.of("cpu", BackendSelectionTest::usable, "gpu", BackendSelectionTest::unusable));

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> selection.open(Optional.of("gpu"), Map.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE))
        .satisfies(e -> assertThat(e.found()).isEqualTo("it is not plugged in"))
        .satisfies(e -> assertThat(e.repair()).isEqualTo("plug it in"));
  }

  @Test
  void anUnknownNameIsRefusedWithASuggestion() {
    BackendSelection selection = selection(Map.of("cpu", BackendSelectionTest::usable));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> selection.open(Optional.of("cpo"), Map.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_NAME))
        .satisfies(e -> assertThat(e.repair()).isEqualTo("did you mean 'cpu'?"));
  }

  @Test
  void whereNoneIsUsableEachReasonIsNamed() {
    BackendSelection selection =
        selection(
            Map.of("gpu", BackendSelectionTest::unusable, "tpu", BackendSelectionTest::throwing));
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> selection.open(Optional.empty(), Map.of()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BACKEND_UNAVAILABLE))
        .satisfies(e ->
            assertThat(e.found())
                .isEqualTo(
                    "gpu: it is not plugged in;"
                        + " tpu: its probe failed: IllegalStateException: boom"));
  }

  private static String open(Map<String, Supplier<BackendProvider.Probe>> looks) {
    try (Backend backend = selection(looks).open(Optional.empty(), Map.of())) {
      return backend.description();
    }
  }
}
