package dev.espalier.benchmarks.peers;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.benchmarks.Figures;
import dev.espalier.benchmarks.Installation;
import dev.espalier.benchmarks.TrainingSteps;
import dev.espalier.training.step.Precision;
import dev.espalier.training.step.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * A training step that is timed. Each step sees a fresh random batch, which is made before the
 * clock starts: what is held in caches, or has become denormal, does not come back.
 *
 * @param name the step's name
 * @param precision what its products take
 * @param threads the backend's threads
 * @param seconds for how long, from the end of the first step; the second half counts
 * @param start when the program began, in the clock of {@link System#nanoTime}
 */
record StepRun(String name, Precision precision, int threads, double seconds, long start) {
  /** However slow a step is, so many count. */
  private static final int FEWEST = 3;

  /** Runs it. */
  StepReport report() {
    Installation installation = Installation.discover();
    long building = System.nanoTime();
    TrainingStep step = new TrainingSteps(installation.extensions()).build(name, precision);
    try (Backend backend = installation.openCpu(threads);
        BufferScope scope = backend.openScope();
        Executable init = backend.compile(step.initGraph());
        Executable executable = backend.compile(step.stepGraph())) {
      return new Timing(step, scope, init, executable, building).report();
    }
  }

  /** The buffers of a step, and its clock. */
  private final class Timing {
    private final TrainingStep step;
    private final Executable executable;
    private final double buildMs;
    private final List<Buffer> batch;
    private final List<Buffer> others;
    private final List<Buffer> scalars;
    private final SplittableRandom random = new SplittableRandom(1);
    private List<Buffer> held;
    private List<Buffer> next;

    Timing(
        TrainingStep step,
        BufferScope scope,
        Executable init,
        Executable executable,
        long building) {
      this.step = step;
      this.executable = executable;
      this.held = init.outputTypes().stream().map(scope::allocate).toList();
      this.next = init.outputTypes().stream().map(scope::allocate).toList();
      int count = held.size();
      Buffer key = scope.upload(NdArray.scalar(1L));
      init.run(List.of(key), held);
      this.batch =
          executable.inputTypes().subList(count, count + 2).stream().map(scope::allocate).toList();
      this.others = List.of(scope.upload(NdArray.scalar(0L)), key);
      List<TensorType> outputs = executable.outputTypes();
      this.scalars = outputs.subList(count, outputs.size()).stream().map(scope::allocate).toList();
      this.buildMs = (System.nanoTime() - building) / 1e6;
    }

    StepReport report() {
      double firstStepMs = stepMs(0);
      long first = System.nanoTime();
      OptionalDouble startToFirstStepS = OwnProcess.secondsSinceStart();
      List<Double> times = new ArrayList<>();
      long number = 1;
      while (times.size() < FEWEST || System.nanoTime() - first < seconds * 1e9) {
        boolean counts = System.nanoTime() - first >= seconds * 0.5e9;
        double ms = stepMs(number++);
        if (counts) {
          times.add(ms);
        }
      }
      double loss = scalars.getFirst().read().getDouble(0);
      if (!Double.isFinite(loss)) {
        throw new EspalierException(
            ErrorCode.NOT_FINITE,
            "the loss of " + name + " stays finite",
            loss + " after " + number + " steps",
            "a defect: report it with the machine's processor");
      }
      return new StepReport(
          "JDK " + System.getProperty("java.version"),
          step.parameterTypes().leaves().stream().mapToLong(type -> type.shape().size()).sum(),
          times.size(),
          loss,
          Figures.median(times),
          Figures.quantile(times, 0.25),
          Figures.quantile(times, 0.75),
          OptionalDouble.of(buildMs),
          firstStepMs,
          (first - start) / 1e9,
          startToFirstStepS,
          OwnProcess.peakMegabytes());
    }

    private double stepMs(long number) {
      batch.forEach(buffer -> buffer.write(random(buffer.type())));
      others.getFirst().write(NdArray.scalar(number));
      List<Buffer> in = new ArrayList<>(held);
      in.addAll(batch);
      in.addAll(others);
      List<Buffer> out = new ArrayList<>(next);
      out.addAll(scalars);
      long before = System.nanoTime();
      executable.run(in, out);
      double ms = (System.nanoTime() - before) / 1e6;
      List<Buffer> old = held;
      held = next;
      next = old;
      return ms;
    }

    /** Normal images, or uniform classes or tokens. */
    private NdArray random(TensorType type) {
      Object storage = NdArray.allocate(type);
      switch (storage) {
        case float[] floats -> {
          for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) random.nextGaussian();
          }
        }
        case int[] classes -> {
          for (int i = 0; i < classes.length; i++) {
            classes[i] = random.nextInt(TrainingSteps.classes(name));
          }
        }
        default -> throw new IllegalArgumentException("no random batch of " + type);
      }
      return NdArray.wrap(type, storage);
    }
  }
}
