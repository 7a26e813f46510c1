package dev.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.Stage;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.util.Modules;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.Activation;
import dev.espalier.engine.Engine;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Checkpointing;
import dev.espalier.training.data.Batching;
import dev.espalier.training.step.StepBuilder;
import dev.espalier.training.trainer.BackendSettings;
import dev.espalier.training.trainer.Backends;
import dev.espalier.training.trainer.Evaluation;
import dev.espalier.training.trainer.Parts;
import dev.espalier.training.trainer.Reporting;
import dev.espalier.training.trainer.Trainer;
import jakarta.inject.Provider;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EspalierModuleTest {
  private static final ExtensionPoint<CharSequence> WORD =
      new ExtensionPoint<>("word", CharSequence.class, "A word.");
  private static final ExtensionPoint<CharSequence> NAME =
      new ExtensionPoint<>("name", CharSequence.class, "A name.");
  private static final Key<Map<String, Factory<CharSequence>>> WORDS = ExtensionPoints.key(WORD);
  private static final Key<Map<String, Factory<Activation>>> ACTIVATIONS =
      Key.get(new TypeLiteral<>() {});

  /** Registers one text at a point. */
  private record Texts(String id, ExtensionPoint<CharSequence> point, String text)
      implements Plugin {
    @Override
    public PluginInfo info() {
      return new PluginInfo(id, "1", PluginInfo.API_VERSION);
    }

    @Override
    public void contribute(Registrar to) {
      to.register(point, "yes", Citation.cite("a test", "x"), _ -> text);
    }
  }

  private static EspalierModule module(Plugin... plugins) {
    return new EspalierModule(PluginCatalog.of(List.of(plugins)));
  }

  private static final Texts WORDS_PLUGIN = new Texts("words", WORD, "yes!");

  private static <T> Module setting(Class<T> type, T instance) {
    return binder ->
        OptionalBinder.newOptionalBinder(binder, type).setBinding().toInstance(instance);
  }

  private static String text(Map<String, Factory<CharSequence>> factories, String name) {
    return Optional.ofNullable(factories.get(name))
        .map(factory -> factory.create(Params.defaults()).toString())
        .orElse("none");
  }

  @Test
  void theFactoriesOfEveryPointAreBoundByName() {
    Injector injector = Guice.createInjector(module(WORDS_PLUGIN));

    assertThat(injector.getInstance(WORDS)).containsOnlyKeys("yes");
    assertThat(text(injector.getInstance(WORDS), "yes")).isEqualTo("yes!");
    assertThat(injector.getInstance(ACTIVATIONS)).isEmpty();
    assertThat(ExtensionPoints.key(ExtensionPoint.ACTIVATION)).isEqualTo(ACTIVATIONS);
  }

  @Test
  void twoPluginsMayDeclarePointsOfOneType() {
    Injector injector = Guice.createInjector(module(WORDS_PLUGIN, new Texts("names", NAME, "Yes")));

    assertThat(text(injector.getInstance(WORDS), "yes")).isEqualTo("yes!");
    assertThat(text(injector.getInstance(ExtensionPoints.key(NAME)), "yes")).isEqualTo("Yes");
  }

  @Test
  void aModuleMayAddAnExtensionOfItsOwn() {
    Activation twice = x -> x.mul(2);
    Injector injector =
        Guice.createInjector(
            module(WORDS_PLUGIN),
            binder -> {
              ExtensionPoints.factories(binder, WORD).addBinding("no").toInstance(_ -> "no!");
              ExtensionPoints.factories(binder, ExtensionPoint.ACTIVATION)
                  .addBinding("twice")
                  .toInstance(_ -> twice);
            });
    Extensions extensions = injector.getInstance(Extensions.class);

    assertThat(injector.getInstance(WORDS)).containsOnlyKeys("yes", "no");
    assertThat(extensions.create(WORD, "no", Map.of()).toString()).isEqualTo("no!");
    assertThat(extensions.create(ExtensionPoint.ACTIVATION, "twice", Map.of())).isSameAs(twice);
    assertThat(extensions.pluginOf(ExtensionPoint.ACTIVATION, "twice").id())
        .isEqualTo("bound-by-a-module");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> extensions.create(ExtensionPoint.ACTIVATION, "twise", Map.of()))
        .withMessageContaining("twice");
  }

  @Test
  void aNameOfAPluginCannotBeBoundAgain() {
    assertThatExceptionOfType(CreationException.class)
        .isThrownBy(() ->
            Guice.createInjector(
                module(WORDS_PLUGIN),
                binder ->
                    ExtensionPoints.factories(binder, WORD)
                        .addBinding("yes")
                        .toInstance(_ -> "another")))
        .withMessageContaining("yes");
  }

  static Stream<Class<?>> everyKey() {
    return Stream.of(
        PluginCatalog.class,
        Trainer.class,
        Parts.class,
        Engine.class,
        Batching.class,
        StepBuilder.class,
        Evaluation.class,
        Checkpointing.class,
        Reporting.class,
        Extensions.class,
        BackendSelection.class,
        Backends.class,
        BackendSettings.class);
  }

  @ParameterizedTest
  @MethodSource("everyKey")
  void everyKeyIsThere(Class<?> type) {
    Injector injector = Guice.createInjector(Stage.PRODUCTION, module(WORDS_PLUGIN));

    assertThat(injector.getInstance(type)).isSameAs(injector.getInstance(type));
  }

  @Test
  void nothingOpensADeviceUnasked() {
    Backends refusing =
        (name, options) -> {
          throw new IllegalStateException("opened");
        };
    Injector injector =
        Guice.createInjector(
            Stage.PRODUCTION, module(WORDS_PLUGIN), setting(Backends.class, refusing));
    injector.getInstance(Trainer.class);
    Provider<Backend> backend = injector.getProvider(Backend.class);

    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(backend::get)
        .withRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void settingsSayWhichBackendIsOpenedWhereNoneIsNamed() {
    BackendSettings settings = new BackendSettings(Optional.of("absent"), Map.of());
    Injector injector =
        Guice.createInjector(module(WORDS_PLUGIN), setting(BackendSettings.class, settings));
    Backends backends = injector.getInstance(Backends.class);

    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> backends.open(Optional.empty(), Map.of()))
        .withMessageContaining("'absent'");
    assertThatExceptionOfType(EspalierException.class)
        .isThrownBy(() -> backends.open(Optional.of("named"), Map.of()))
        .withMessageContaining("'named'");
  }

  @Test
  void aModuleSetsAPartAndTheTrainerIsMadeOfIt() {
    Batching own =
        (training, batch, random) -> Batching.shuffled().batches(training, batch, random);
    Reporting to = Reporting.metricsLog().and(Reporting.metricsLog());
    Injector injector =
        Guice.createInjector(
            module(WORDS_PLUGIN), setting(Batching.class, own), setting(Reporting.class, to));
    Parts parts = injector.getInstance(Parts.class);

    assertThat(parts.batching()).isSameAs(own);
    assertThat(parts.reporting()).isSameAs(to);
    assertThat(parts.evaluation()).isSameAs(injector.getInstance(Evaluation.class));
  }

  @Test
  void modulesOverrideWorksToo() {
    StepBuilder own = StepBuilder.ordinary();
    Injector injector =
        Guice.createInjector(
            Modules.override(module(WORDS_PLUGIN))
                .with(binder -> binder.bind(StepBuilder.class).toInstance(own)));

    assertThat(injector.getInstance(Parts.class).step()).isSameAs(own);
    assertThat(injector.getInstance(WORDS)).containsOnlyKeys("yes");
  }

  @Test
  void aModuleMayReplaceHowExtensionsAreMade() {
    Extensions own =
        new Extensions() {
          @Override
          public PluginInfo pluginOf(ExtensionPoint<?> point, String name) {
            return new PluginInfo("test", "1", PluginInfo.API_VERSION);
          }

          @Override
          public <T> T create(ExtensionPoint<T> point, String name, Map<String, ?> params) {
            throw new IllegalStateException("own");
          }
        };
    Host host = Host.with(setting(Extensions.class, own));

    assertThat(host.extensions()).isSameAs(own);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> host.extensions().create(WORD, "yes", Map.of()));
  }

  /** A program of one's own, whose constructor the injector cannot see: it is given a provider. */
  private record Program(Trainer trainer, Engine engine) {}

  @Test
  void aProgramOfOnesOwnIsComposedWithoutOpeningItsPackage() {
    Injector injector =
        Guice.createInjector(
            module(WORDS_PLUGIN),
            new AbstractModule() {
              @Override
              protected void configure() {
                Provider<Trainer> trainer = getProvider(Trainer.class);
                Provider<Engine> engine = getProvider(Engine.class);
                bind(Program.class).toProvider(() -> new Program(trainer.get(), engine.get()));
              }
            });

    assertThat(injector.getInstance(Program.class))
        .isEqualTo(
            new Program(injector.getInstance(Trainer.class), injector.getInstance(Engine.class)));
  }
}
