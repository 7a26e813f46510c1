package dev.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.host.Quarantined.Phase;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PluginCatalogTest {
  private static final Citation SOURCE = Citation.cite("a book", "x");

  /** A point of the tests: what is made is a text. */
  private static final ExtensionPoint<String> WORD =
      new ExtensionPoint<>("word", String.class, "A word.");

  private record Given(Supplier<PluginInfo> who, Consumer<Registrar> what) implements Plugin {
    @Override
    public PluginInfo info() {
      return who.get();
    }

    @Override
    public void contribute(Registrar to) {
      what.accept(to);
    }
  }

  private static Plugin plugin(String id, Consumer<Registrar> what) {
    return new Given(() -> new PluginInfo(id, "1.0", PluginInfo.API_VERSION), what);
  }

  private static Plugin good() {
    return plugin(
        "good",
        to -> {
          to.register(WORD, "hello", SOURCE, PluginCatalogTest::hello);
          to.register(WORD, "plain", SOURCE, _ -> "plain");
        });
  }

  private static String hello(Params p) {
    double rate = p.real("rate", 0.5, "how fast").inHalfOpen(0, 1);
    long times = p.integer("times", 1, "how often").in(1, 9);
    return "hello".repeat((int) times) + rate;
  }

  private static EspalierException thrownBy(ThrowingCallable call) {
    EspalierException[] caught = new EspalierException[1];
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(call)
        .satisfies(e -> caught[0] = e);
    return caught[0];
  }

  @Test
  void anExtensionIsMadeByNameFromItsHyperparameters() {
    PluginCatalog catalog = PluginCatalog.of(List.of(good()));

    assertThat(catalog.create(WORD, "hello", Map.of("times", 2))).isEqualTo("hellohello0.5");
    assertThat(catalog.factories(WORD)).containsOnlyKeys("hello", "plain");
    assertThat(catalog.quarantined()).isEmpty();
  }

  @Test
  void anUnknownNameIsAnsweredWithTheNearestAndAllKnownOnes() {
    PluginCatalog catalog = PluginCatalog.of(List.of(good()));

    EspalierException e = thrownBy(() -> catalog.create(WORD, "helo", Map.of()));

    assertThat(e)
        .hasMessage(
            """
            error[unknown-name]: word 'helo'
              found:  no plugin registers it; known: hello, plain
              repair: did you mean 'hello'?\
            """);
  }

  @Test
  void anUnknownHyperparameterIsAnsweredWithTheNearestAndTheSchema() {
    PluginCatalog catalog = PluginCatalog.of(List.of(good()));

    EspalierException e = thrownBy(() -> catalog.create(WORD, "hello", Map.of("tmies", 2)));

    assertThat(e)
        .hasMessage(
            """
            error[unknown-key]: word hello takes rate (real [0.0, 1.0), default 0.5), \
            times (integer 1 to 9, default 1)
              found:  'tmies'
              repair: did you mean 'times'?\
            """);
    assertThat(thrownBy(() -> catalog.create(WORD, "plain", Map.of("rate", 1))))
        .hasMessageContaining("word plain takes no hyperparameter")
        .hasMessageContaining("remove 'rate'");
  }

  @Test
  void theFactoriesThatAreBoundRefuseUnknownHyperparametersToo() {
    PluginCatalog catalog = PluginCatalog.of(List.of(good()));
    EspalierException e =
        thrownBy(() ->
            Objects.requireNonNull(catalog.factories(WORD).get("hello"))
                .create(Params.of(Map.of("tmies", 2))));
    assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_KEY);
  }

  @Test
  void aBadValueNamesTheExtension() {
    PluginCatalog catalog = PluginCatalog.of(List.of(good()));

    EspalierException e = thrownBy(() -> catalog.create(WORD, "hello", Map.of("rate", 1.5)));

    assertThat(e.code()).isEqualTo(ErrorCode.BAD_VALUE);
    assertThat(e.asked()).isEqualTo("word hello: rate is in [0.0, 1.0)");
    assertThat(e.found()).isEqualTo("1.5");
  }

  @Test
  void aDescriptionComesFromADryRunOfTheFactory() {
    Description description = PluginCatalog.of(List.of(good())).describe("word", "hello");

    assertThat(description.source()).isEqualTo("a book");
    assertThat(description.plugin().id()).isEqualTo("good");
    assertThat(description.hyperparameters())
        .containsExactly(
            new Params.Entry("rate", "real", "0.5", "[0.0, 1.0)", "how fast"),
            new Params.Entry("times", "integer", "1", "1 to 9", "how often"));
  }

  static Stream<Arguments> faultyPlugins() {
    return Stream.of(
        Arguments.of(
            Phase.IDENTIFY,
            new Given(
                () -> {
                  throw new IllegalStateException("who am I");
                },
                _ -> {}),
            "IllegalStateException: who am I"),
        Arguments.of(
            Phase.IDENTIFY,
            plugin("Bad Id", _ -> {}),
            "its id 'Bad Id' is not lower case words joined by dots or hyphens"),
        Arguments.of(
            Phase.API_VERSION,
            new Given(() -> new PluginInfo("old", "1", PluginInfo.API_VERSION + 1), _ -> {}),
            "it was built against version 2 of the plugin API; this is version 1"),
        Arguments.of(
            Phase.CONTRIBUTE,
            plugin(
                "bad",
                to -> {
                  to.register(WORD, "lost", SOURCE, _ -> "");
                  throw new NoSuchMethodError("library.Thing.gone()");
                }),
            "NoSuchMethodError: library.Thing.gone()"),
        Arguments.of(
            Phase.CONTRIBUTE,
            plugin(
                "bad",
                _ -> {
                  throw new OutOfMemoryError("so large");
                }),
            "OutOfMemoryError: so large"),
        Arguments.of(
            Phase.REGISTER,
            plugin("bad", to -> to.register(WORD, "Not_A_Name", SOURCE, _ -> "")),
            "word name 'Not_A_Name' is not lower case words joined by hyphens"),
        Arguments.of(
            Phase.REGISTER,
            plugin(
                "bad",
                to -> {
                  to.register(WORD, "twice", SOURCE, _ -> "");
                  to.register(WORD, "twice", SOURCE, _ -> "");
                }),
            "it registers the word 'twice' twice"),
        Arguments.of(
            Phase.REGISTER,
            plugin(
                "bad",
                to ->
                    to.register(
                        new ExtensionPoint<>("loss", String.class, "Mine."),
                        "mine",
                        SOURCE,
                        _ -> "")),
            "extension point 'loss' takes dev.espalier.api.training.Loss, not java.lang.String"));
  }

  @ParameterizedTest
  @MethodSource("faultyPlugins")
  void aFaultyPluginIsSetAsideAndTheRestGoOn(Phase phase, Plugin faulty, String cause) {
    PluginCatalog catalog = PluginCatalog.of(List.of(faulty, good()));

    assertThat(catalog.quarantined())
        .singleElement()
        .satisfies(q -> {
          assertThat(q.phase()).isEqualTo(phase);
          assertThat(q.cause()).isEqualTo(cause);
          assertThat(q.repair()).isNotBlank();
        });
    assertThat(catalog.create(WORD, "plain", Map.of())).isEqualTo("plain");
    assertThat(thrownBy(() -> catalog.create(WORD, "nowhere", Map.of())).found()).contains(cause);
  }

  @Test
  void aPluginThatHidesTheFaultOfItsRegistrationIsSetAsideAllTheSame() {
    Plugin hiding =
        plugin(
            "hiding",
            to -> {
              try {
                to.register(WORD, "Bad", SOURCE, _ -> "");
              } catch (IllegalArgumentException e) {
                to.register(WORD, "fine", SOURCE, _ -> "");
              }
            });
    assertThat(PluginCatalog.of(List.of(hiding)).quarantined())
        .singleElement()
        .returns(Phase.REGISTER, Quarantined::phase);
  }

  @Test
  void whoNeedsANameOfASetAsidePluginIsToldWhyItIsNotThere() {
    Plugin bad =
        plugin(
            "bad",
            to -> {
              to.register(WORD, "lost", SOURCE, _ -> "");
              throw new IllegalStateException("half way");
            });
    PluginCatalog catalog = PluginCatalog.of(List.of(bad));

    EspalierException e = thrownBy(() -> catalog.create(WORD, "lost", Map.of()));

    assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAULT);
    assertThat(e.found()).contains("half way");
    assertThat(thrownBy(() -> catalog.describe("lost")).found()).contains("half way");
  }

  @Test
  void aNameThatTwoPluginsRegisterGoesToNeitherWhateverTheirOrder() {
    Plugin one = plugin("one", to -> to.register(WORD, "plain", SOURCE, _ -> "1"));

    for (List<Plugin> order : List.of(List.of(one, good()), List.of(good(), one))) {
      PluginCatalog catalog = PluginCatalog.of(order);
      assertThat(catalog.contested())
          .singleElement()
          .extracting(Contested::addresses)
          .isEqualTo(List.of("plain@good", "plain@one"));
      EspalierException e = thrownBy(() -> catalog.create(WORD, "plain", Map.of()));
      assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_NAME);
      String type = Given.class.getName();
      assertThat(e.found())
          .isEqualTo("registered by good 1.0 (%s) and by one 1.0 (%s)".formatted(type, type));
      assertThat(e.repair()).startsWith("write plain@good or plain@one,");
      assertThat(catalog.create(WORD, "hello", Map.of())).isNotEmpty();
      assertThat(thrownBy(() -> catalog.describe("plain")).code())
          .isEqualTo(ErrorCode.DUPLICATE_NAME);
    }
  }

  @Test
  void pluginsWithOneIdAreBothSetAside() {
    PluginCatalog catalog = PluginCatalog.of(List.of(good(), good()));

    assertThat(catalog.quarantined())
        .singleElement()
        .returns(Phase.DUPLICATE_ID, Quarantined::phase);
    assertThat(thrownBy(() -> catalog.create(WORD, "hello", Map.of())).code())
        .isEqualTo(ErrorCode.PLUGIN_FAULT);
  }

  @Test
  void registrationsAreTakenOnlyWhileAPluginContributes() {
    Registrar[] kept = new Registrar[1];
    PluginCatalog catalog = PluginCatalog.of(List.of(plugin("late", to -> kept[0] = to)));

    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> kept[0].register(WORD, "late", SOURCE, _ -> ""));
    assertThat(catalog.registrations()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"throws", "wrong-type"})
  void aFactoryThatFailsIsThePluginsFault(String name) {
    @SuppressWarnings({"unchecked", "rawtypes"}) // As a plugin compiled with raw types.
    Plugin bad =
        plugin(
            "bad",
            to -> {
              to.register(
                  WORD,
                  "throws",
                  SOURCE,
                  _ -> {
                    throw new IllegalStateException("no");
                  });
              to.register((ExtensionPoint) WORD, "wrong-type", SOURCE, _ -> 3);
            });
    EspalierException e =
        thrownBy(() -> PluginCatalog.of(List.of(bad)).create(WORD, name, Map.of()));
    assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAULT);
    assertThat(e.asked()).contains("of the plugin bad");
  }
}
