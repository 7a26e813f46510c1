package dev.espalier.benchmarks.peers;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.benchmarks.Checkout;
import dev.espalier.benchmarks.RoundTrip;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Starts the processes that are compared.
 *
 * @param checkout where the program and the scripts are
 * @param java the java of Espalier's processes
 * @param python the Python of PyTorch's processes
 * @param seconds how long a step runs
 * @param temporary a folder for what processes print, and for what torch.compile keeps
 */
record Processes(Checkout checkout, String java, String python, double seconds, Path temporary) {
  private static final int LINES = 8;

  /** Keeps large buffers in the process, as PyTorch's users who want speed do. */
  private static final String TUNABLES =
      "glibc.malloc.mmap_threshold=4294967295:glibc.malloc.trim_threshold=4294967295";

  /**
   * Checks that the Python has PyTorch.
   *
   * @return PyTorch's version
   * @throws EspalierException BACKEND_UNAVAILABLE with what to do
   */
  String requireTorch() {
    Path requirements = checkout.peers().resolve("requirements.txt");
    String found;
    try {
      Finished finished =
          finish(List.of(python, "-c", "import numpy, torch; print(torch.__version__)"));
      if (finished.code() == 0) {
        return finished.lastLine();
      }
      found = python + ": " + finished.errors().lines().reduce("", (before, line) -> line);
    } catch (IOException e) {
      found = String.valueOf(e.getMessage());
    }
    throw new EspalierException(
        ErrorCode.BACKEND_UNAVAILABLE,
        "the comparison needs a Python with what " + requirements + " lists",
        found,
        """
        make one, once, and name it by --python or ESPALIER_PEERS_PYTHON where it stands elsewhere:
            python3 -m venv %1$s/venv
            %1$s/venv/bin/pip install -r %2$s\
        """
            .formatted(checkout.peers(), requirements));
  }

  /**
   * Runs a step in a process of its own.
   *
   * @return what it reports; empty where the contender may be absent and is
   * @throws EspalierException IO_FAILURE where the process fails, with what it printed
   */
  Optional<Round> run(String step, int threads, Contender contender, PrintStream err) {
    List<String> command = contender.isPeer() ? peer(step, contender) : espalier(step, contender);
    command.addAll(
        List.of("--threads", Integer.toString(threads), "--seconds", Double.toString(seconds)));
    OptionalDouble roundTripNs = RoundTrip.nanoseconds();
    try {
      Finished finished = finish(command);
      if (finished.code() == 0) {
        StepReport report = StepReport.parse(finished.lastLine());
        return Optional.of(new Round(step, threads, contender, report, roundTripNs));
      }
      if (contender.mayBeAbsent()) {
        err.println(contender.text() + " does not run here:\n" + finished.end());
        return Optional.empty();
      }
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          contender.text() + " runs " + step + " on " + threads + " threads",
          "exit code " + finished.code() + "\n" + finished.end(),
          "run it by itself: " + String.join(" ", command));
    } catch (IOException e) {
      throw new EspalierException(
          ErrorCode.IO_FAILURE,
          contender.text() + " is started",
          String.valueOf(e.getMessage()),
          "see that the program named there can be run",
          e);
    }
  }

  private List<String> espalier(String step, Contender contender) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(checkout.javaOptions());
    Collections.addAll(
        command,
        "--module-path",
        checkout.program().toString(),
        "-cp",
        checkout.classes().toString(),
        StepMain.class.getName(),
        step,
        "--precision",
        contender.precision());
    if (!contender.mode().isEmpty()) {
      Collections.addAll(command, "--products", contender.mode());
    }
    return command;
  }

  private List<String> peer(String step, Contender contender) {
    return new ArrayList<>(
        List.of(
            python,
            checkout.peers().resolve("peers.py").toString(),
            step,
            "--mode",
            contender.mode(),
            "--precision",
            contender.precision()));
  }

  /**
   * How a process ended.
   *
   * @param code its exit code
   * @param output what it wrote to stdout
   * @param errors what it wrote to stderr
   */
  private record Finished(int code, String output, String errors) {
    String lastLine() {
      return output.lines().reduce("", (before, line) -> line);
    }

    String end() {
      List<String> lines = errors.lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    }
  }

  private Finished finish(List<String> command) throws IOException {
    File output = temporary.resolve("stdout").toFile();
    File errors = temporary.resolve("stderr").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output).redirectError(errors);
    builder.environment().put("GLIBC_TUNABLES", TUNABLES);
    builder.environment().put("TORCHINDUCTOR_CACHE_DIR", temporary.resolve("inductor").toString());
    Process process = builder.start();
    try {
      int code = process.waitFor();
      return new Finished(code, text(output), text(errors));
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new EspalierException(
          ErrorCode.IO_FAILURE, "the comparison runs to its end", "an interrupt", "start it again");
    }
  }

  private static String text(File file) throws IOException {
    return Files.readString(file.toPath(), StandardCharsets.UTF_8);
  }
}
