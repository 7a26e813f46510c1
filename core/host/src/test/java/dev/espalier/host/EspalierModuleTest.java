package dev.espalier.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.MapBinder;
import com.google.inject.multibindings.OptionalBinder;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Factory;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.Plugin;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.plugin.Registrar;
import dev.espalier.api.training.Activation;
import dev.espalier.training.Extensions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class EspalierModuleTest {
  private static final ExtensionPoint<CharSequence> WORD =
      new ExtensionPoint<>("word", CharSequence.class, "A word.");
  private static final Key<Map<String, Factory<CharSequence>>> WORDS =
      Key.get(new TypeLiteral<>() {});
  private static final Key<Map<String, Factory<Activation>>> ACTIVATIONS =
      Key.get(new TypeLiteral<>() {});

  private static final class Words implements Plugin {
    @Override
    public PluginInfo info() {
      return new PluginInfo("words", "1", PluginInfo.API_VERSION);
    }

    @Override
    public void contribute(Registrar to) {
      to.register(WORD, "yes", Citation.cite("a test", "x"), _ -> "yes!");
    }
  }

  private static final EspalierModule MODULE =
      new EspalierModule(PluginCatalog.of(List.of(new Words())));

  @Test
  void theFactoriesOfEveryPointAreBoundByName() {
    Injector injector = Guice.createInjector(MODULE);

    assertThat(injector.getInstance(WORDS)).containsOnlyKeys("yes");
    assertThat(injector.getInstance(WORDS))
        .hasEntrySatisfying(
            "yes",
            factory -> assertThat(factory.create(Params.defaults()).toString()).isEqualTo("yes!"));
    assertThat(injector.getInstance(ACTIVATIONS)).isEmpty();
  }

  @Test
  void aModuleMayAddAnExtensionOfItsOwn() {
    Injector injector =
        Guice.createInjector(
            MODULE,
            new AbstractModule() {
              @Override
              protected void configure() {
                MapBinder.newMapBinder(
                        binder(),
                        new TypeLiteral<String>() {},
                        new TypeLiteral<Factory<CharSequence>>() {})
                    .addBinding("no")
                    .toInstance(_ -> "no!");
              }
            });

    assertThat(injector.getInstance(WORDS)).containsOnlyKeys("yes", "no");
    assertThat(injector.getInstance(Extensions.class).create(WORD, "no", Map.of()).toString())
        .isEqualTo("no!");
  }

  @Test
  void aModuleMayOverrideAPart() {
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
    Host host =
        Host.with(
            new AbstractModule() {
              @Override
              protected void configure() {
                OptionalBinder.newOptionalBinder(binder(), Extensions.class)
                    .setBinding()
                    .toInstance(own);
              }
            });

    assertThat(host.extensions()).isSameAs(own);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> host.extensions().create(WORD, "yes", Map.of()));
  }
}
