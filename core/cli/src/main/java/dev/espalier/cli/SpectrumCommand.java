package dev.espalier.cli;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.backend.Backend;
import dev.espalier.host.Host;
import dev.espalier.training.curvature.Eigenpair;
import dev.espalier.training.curvature.Estimate;
import dev.espalier.training.curvature.Lanczos;
import dev.espalier.training.curvature.ModelCurvature;
import dev.espalier.training.curvature.SpectralDensity;
import dev.espalier.training.curvature.SymmetricOperator;
import dev.espalier.training.curvature.Trace;
import dev.espalier.training.file.FileFault;
import dev.espalier.training.plot.Chart;
import dev.espalier.training.plot.Svg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tells the spectrum of a trained run's curvature. */
@Command(
    name = "spectrum",
    description = "Tells trace, extreme eigenvalues and density of a trained run's curvature.")
final class SpectrumCommand implements Callable<Integer> {
  private static final int PLACES = 512;

  /** The width of a node in the plot, of the whole range. */
  private static final double WIDTH = 0.01;

  private final Console console;

  @Parameters(paramLabel = "RUN_DIR", description = "The run folder.")
  Path runFolder = Path.of("");

  @Option(names = "--data", paramLabel = "PATH", description = "The data, in place of the run's.")
  @Nullable Path data;

  @Option(names = "--matrix", paramLabel = "hessian|gauss-newton", description = "Which matrix.")
  String matrix = "hessian";

  @Option(names = "--batches", paramLabel = "N", description = "Batches that the loss is over.")
  int batches = 4;

  @Option(names = "--steps", paramLabel = "N", description = "Products of each Lanczos process.")
  int steps = 60;

  @Option(names = "--probes", paramLabel = "N", description = "Random vectors of the estimates.")
  int probes = 10;

  @Option(names = "--seed", paramLabel = "N", description = "Of the random vectors.")
  long seed = 1;

  @Option(names = "--density", paramLabel = "FILE.svg", description = "Plots the density.")
  @Nullable Path density;

  @Mixin BackendOptions backend = new BackendOptions();

  @Mixin PluginOptions plugins = new PluginOptions();

  @Option(names = "--json", description = "A line of JSON.")
  boolean json;

  SpectrumCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requirePositive("--steps", steps);
    requirePositive("--probes", probes);
    ModelCurvature.Matrix which =
        switch (matrix) {
          case "hessian" -> ModelCurvature.Matrix.HESSIAN;
          case "gauss-newton" -> ModelCurvature.Matrix.GAUSS_NEWTON;
          default ->
              throw new EspalierException(
                  ErrorCode.BAD_COMMAND,
                  "--matrix is hessian or gauss-newton",
                  matrix,
                  "choose one of them");
        };
    Host host = plugins.start();
    try (Backend opened = host.backends().open(backend.name(), backend.options());
        ModelCurvature curvature =
            host.trainer()
                .curvature(runFolder, Optional.ofNullable(data), which, batches, opened)) {
      tell(curvature);
    }
    return ExitCode.DONE;
  }

  private static void requirePositive(String option, int value) {
    if (value < 1) {
      throw new EspalierException(
          ErrorCode.BAD_COMMAND, option + " is at least 1", "" + value, "give another number");
    }
  }

  private void tell(SymmetricOperator curvature) {
    Estimate trace = Trace.hutchinson(curvature, probes, seed);
    Lanczos lanczos = Lanczos.random(curvature, steps, seed);
    Eigenpair largest = lanczos.largest();
    Eigenpair smallest = lanczos.smallest();
    if (json) {
      console
          .out()
          .println(
              Json.line(
                  Json.object(
                      "matrix", matrix,
                      "parameters", curvature.dimension(),
                      "trace", trace.value(),
                      "trace_standard_error", trace.standardError(),
                      "largest", largest.value(),
                      "largest_residual", largest.residual(),
                      "smallest", smallest.value(),
                      "smallest_residual", smallest.residual())));
    } else {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%s of %d parameters%n"
                  + "trace     %12.6g  standard error %.2g%n"
                  + "largest   %12.6g  residual %.2g%n"
                  + "smallest  %12.6g  residual %.2g%n",
              matrix,
              curvature.dimension(),
              trace.value(),
              trace.standardError(),
              largest.value(),
              largest.residual(),
              smallest.value(),
              smallest.residual());
    }
    if (density != null) {
      plot(curvature, density);
      if (!json) {
        console.out().println("density   " + density);
      }
    }
    console.out().flush();
  }

  private void plot(SymmetricOperator curvature, Path file) {
    SpectralDensity spectrum = SpectralDensity.of(curvature, steps, probes, seed);
    double low = Arrays.stream(spectrum.nodes()).min().orElse(0);
    double high = Arrays.stream(spectrum.nodes()).max().orElse(0);
    double range = Math.max(high - low, Math.max(Math.abs(high), Double.MIN_NORMAL) * 1e-6);
    double[] at = new double[PLACES];
    for (int i = 0; i < PLACES; i++) {
      at[i] = low - range * 5 * WIDTH + range * (1 + 10 * WIDTH) * i / (PLACES - 1);
    }
    Chart chart =
        new Chart(
            "spectrum of the " + matrix,
            "eigenvalue",
            "density",
            true,
            List.of(new Chart.Line(matrix, at, floored(spectrum.smoothed(at, range * WIDTH)))),
            List.of());
    try {
      Files.writeString(file, Svg.of(chart));
    } catch (IOException e) {
      throw FileFault.io(e, file, "write the plot");
    }
  }

  /** Far from every node the density is 0 but for rounding, and would press all else flat. */
  private static double[] floored(double[] values) {
    double most = Arrays.stream(values).max().orElse(0);
    return Arrays.stream(values).map(v -> v < most * 1e-8 ? Double.NaN : v).toArray();
  }
}
