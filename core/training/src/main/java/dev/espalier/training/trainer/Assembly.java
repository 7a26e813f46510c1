package dev.espalier.training.trainer;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.training.Loss;
import dev.espalier.engine.random.Philox;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.config.Named;
import dev.espalier.training.config.RunConfig;
import dev.espalier.training.data.BatchSampler;
import dev.espalier.training.data.RandomBits;
import dev.espalier.training.data.SequenceDataset;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run put together: data, model, loss, optimizer and the traced step. */
record Assembly(
    RunConfig config,
    PreparedData data,
    Loss loss,
    TrainingStep step,
    BatchSampler sampler,
    long totalSteps,
    List<Manifest.PluginUse> plugins) {

  /** Words of the data's order; the model's randomness uses other counters of the same key. */
  private static final int DATA_ORDER = 0xDA7A0000;

  static Assembly of(RunConfig config, PreparedData data, Extensions extensions) {
    Model model =
        Models.create(
            config.model().kind(),
            Params.of(config.model().params()),
            data.inputType(),
            data.outputs(),
            extensions);
    Loss loss = create(extensions, ExtensionPoint.LOSS, config.loss());
    BatchSampler sampler = sampler(config, data);
    long total =
        config.steps().isPresent()
            ? config.steps().getAsLong()
            : stepsFor(config.epochs().getAsDouble(), sampler);
    TrainingStep step =
        TrainingStep.build(
            new TrainingStep.Settings(
                model,
                loss,
                create(extensions, ExtensionPoint.OPTIMIZER, config.optimizer()),
                Optional.empty(),
                create(extensions, ExtensionPoint.SCHEDULE, config.schedule()),
                config.learningRate(),
                total,
                config.clip(),
                data.training().inputType(config.batch()),
                data.training().targetType(config.batch())));
    return new Assembly(config, data, loss, step, sampler, total, plugins(config, extensions));
  }

  private static <T> T create(Extensions extensions, ExtensionPoint<T> point, Named named) {
    return extensions.create(point, named.kind(), named.params());
  }

  private static List<Manifest.PluginUse> plugins(RunConfig config, Extensions extensions) {
    Map<PluginInfo, List<String>> used = new LinkedHashMap<>();
    note(used, extensions, ExtensionPoint.LOSS, config.loss());
    note(used, extensions, ExtensionPoint.OPTIMIZER, config.optimizer());
    note(used, extensions, ExtensionPoint.SCHEDULE, config.schedule());
    Models.schema(config.model().kind()).stream()
        .filter(entry -> entry.name().equals("activation"))
        .map(entry -> config.model().params().getOrDefault("activation", entry.defaultValue()))
        .forEach(name ->
            note(
                used,
                extensions,
                ExtensionPoint.ACTIVATION,
                new Named(String.valueOf(name), Map.of())));
    List<Manifest.PluginUse> plugins = new ArrayList<>();
    used.forEach(
        (info, names) -> plugins.add(new Manifest.PluginUse(info.id(), info.version(), names)));
    return plugins;
  }

  private static void note(
      Map<PluginInfo, List<String>> used,
      Extensions extensions,
      ExtensionPoint<?> point,
      Named named) {
    used.computeIfAbsent(extensions.pluginOf(point, named.kind()), info -> new ArrayList<>())
        .add(point.name() + "/" + named.kind());
  }

  private static long stepsFor(double epochs, BatchSampler sampler) {
    // The first step at which that many epochs are seen.
    long low = 0;
    long high = Integer.MAX_VALUE;
    if (sampler.epoch(high) < epochs) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a run has at most " + high + " steps",
          epochs + " epochs take more",
          "lower epochs or raise batch");
    }
    while (low + 1 < high) {
      long middle = (low + high) >>> 1;
      if (sampler.epoch(middle) >= epochs) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private static BatchSampler sampler(RunConfig config, PreparedData data) {
    int k0 = (int) config.seed();
    int k1 = (int) (config.seed() >>> 32);
    RandomBits bits =
        index -> {
          long block = index >>> 2;
          return Philox.block((int) block, (int) (block >>> 32), 0, DATA_ORDER, k0, k1)[
              (int) (index & 3)];
        };
    int size = data.training().size();
    if (data.training() instanceof SequenceDataset text) {
      double steps = (double) size / ((double) config.batch() * text.context());
      return BatchSampler.independent(bits, size, config.batch(), Math.max(steps, 1));
    }
    return BatchSampler.epochs(bits, size, config.batch());
  }

  Session open(Backend backend) {
    return new Session(step, backend, config.seed());
  }
}
