package dev.espalier.training.trainer;

import dev.espalier.api.plugin.ExtensionPoint;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.plugin.PluginInfo;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.training.Extensions;
import dev.espalier.training.checkpoint.Manifest;
import dev.espalier.training.config.Named;
import dev.espalier.training.config.RunConfig;
import dev.espalier.training.data.Batch;
import dev.espalier.training.data.BatchSource;
import dev.espalier.training.model.Models;
import dev.espalier.training.step.StepFunction;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a run file names, made.
 *
 * @param config the run file
 * @param data its data, read
 * @param extensions makes what it names
 * @param parts make a run of it
 */
record RunFileParts(RunConfig config, PreparedData data, Extensions extensions, Parts parts) {

  /** The run, to train. */
  Assembly assemble() {
    BatchSource batches = Assembly.batches(parts, data.training(), config.batch(), config.seed());
    long steps =
        config.steps().isPresent()
            ? config.steps().getAsLong()
            : Assembly.stepsFor(config.epochs().getAsDouble(), batches);
    Batch batch = batches.allocate();
    StepFunction step = step(steps, batch.inputs().type(), batch.targets().type());
    return Assembly.of(
        new Run(
            config.name(),
            config.seed(),
            step,
            data.training(),
            data.validation(),
            config.batch(),
            steps,
            config.evaluateEvery(),
            config.checkpointEvery(),
            config.keep(),
            new Run.Origin(config.tree(), plugins(), data.source())),
        batches);
  }

  /** The step of a run that is not trained any further. */
  TrainingStep trained() {
    TensorType inputs = data.training().inputType(config.batch());
    TensorType targets = data.training().targetType(config.batch());
    // How many steps there are moves only the learning rate.
    return TrainingStep.build(step(config.steps().orElse(1), inputs, targets), inputs, targets);
  }

  private StepFunction step(long steps, TensorType inputs, TensorType targets) {
    return parts
        .step()
        .build(
            new TrainingStep.Settings(
                Models.create(
                    config.model().kind(),
                    Params.of(config.model().params()),
                    data.inputType(),
                    data.outputs(),
                    extensions),
                create(ExtensionPoint.LOSS, config.loss()),
                create(ExtensionPoint.OPTIMIZER, config.optimizer()),
                Optional.empty(),
                create(ExtensionPoint.SCHEDULE, config.schedule()),
                config.learningRate(),
                steps,
                config.clip(),
                inputs,
                targets));
  }

  private <T> T create(ExtensionPoint<T> point, Named named) {
    return extensions.create(point, named.kind(), named.params());
  }

  private List<Manifest.PluginUse> plugins() {
    Map<PluginInfo, List<String>> used = new LinkedHashMap<>();
    note(used, ExtensionPoint.LOSS, config.loss());
    note(used, ExtensionPoint.OPTIMIZER, config.optimizer());
    note(used, ExtensionPoint.SCHEDULE, config.schedule());
    Models.schema(config.model().kind()).stream()
        .filter(entry -> entry.name().equals("activation"))
        .map(entry -> config.model().params().getOrDefault("activation", entry.defaultValue()))
        .forEach(name ->
            note(used, ExtensionPoint.ACTIVATION, new Named(String.valueOf(name), Map.of())));
    List<Manifest.PluginUse> plugins = new ArrayList<>();
    used.forEach(
        (info, names) -> plugins.add(new Manifest.PluginUse(info.id(), info.version(), names)));
    return plugins;
  }

  private void note(Map<PluginInfo, List<String>> used, ExtensionPoint<?> point, Named named) {
    used.computeIfAbsent(extensions.pluginOf(point, named.kind()), info -> new ArrayList<>())
        .add(point.name() + "/" + named.kind());
  }
}
