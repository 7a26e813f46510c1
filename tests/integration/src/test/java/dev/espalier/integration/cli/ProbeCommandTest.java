package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ProbeCommandTest {
  @TempDir Path folder;

  private Outcome probe(String... arguments) {
    List<String> all = new ArrayList<>(List.of("probe"));
    all.addAll(List.of(arguments));
    return new Program(folder).run(all.toArray(String[]::new));
  }

  private void pinned(String golden, String... arguments) {
    Outcome outcome = probe(arguments);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
    Golden.check(golden, outcome.out());
  }

  @Test
  void anActivationIsShownWithItsDerivativesAndItsKinks() {
    pinned(
        "probe-leaky-relu.txt",
        "activation",
        "leaky-relu",
        "--at",
        "-2,-1,0,1,2",
        "--derivatives",
        "3",
        "--set",
        "slope=0.25");
  }

  @Test
  void aSmoothActivationIsShownWithItsMinimum() {
    Outcome outcome = probe("activation", "mish");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .containsPattern("minimum: +-0\\.308843413 at x = -1\\.192431215, where")
        .containsPattern("not smooth: +nowhere");
  }

  @Test
  void aLossIsShownWithItsGradientAndHessian() {
    pinned("probe-huber.txt", "loss", "huber", "--predictions", "0.5;3", "--target", "0;0");
  }

  @Test
  void anOptimizerFollowsTheGradientsOfAFile() {
    new Program(folder).write("g.csv", "0.5,-1\n0.5,-1\n0,NaN\n");
    pinned(
        "probe-sgd.txt",
        "optimizer",
        "sgd",
        "--set",
        "lr=0.5",
        "--set",
        "momentum=0.5",
        "--start",
        "1,-2",
        "--gradients",
        "g.csv");
  }

  @Test
  void everyProbeDrawsAPictureAndAnswersAProgram() throws IOException {
    List<List<String>> probes =
        List.of(
            List.of("activation", "elu"),
            List.of("loss", "softmax-cross-entropy"),
            List.of("optimizer", "adam", "--on", "booth", "--set", "lr=0.1"));
    for (List<String> arguments : probes) {
      List<String> all = new ArrayList<>(arguments);
      all.addAll(List.of("--json", "--plot", "picture.svg"));
      Outcome outcome = probe(all.toArray(String[]::new));
      assertThat(outcome.code()).as(outcome.err()).isZero();
      assertThat(outcome.out()).startsWith("{\"").endsWith("}\n");
      assertThat(Files.readString(folder.resolve("picture.svg")))
          .startsWith("<svg")
          .contains("polyline")
          .endsWith("</svg>\n");
      Files.delete(folder.resolve("picture.svg"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "activation-name   | activation mihs",
        "activation-key    | activation elu --set alfa=1",
        "activation-value  | activation elu --set alpha=-1",
        "activation-at     | activation elu --at 1,b",
        "activation-order  | activation elu --derivatives 99",
        "activation-line   | activation elu --from 3 --to 1",
        "activation-dtype  | activation elu --dtype f16",
        "activation-output | activation elu --output 1",
        "loss-class        | loss softmax-cross-entropy --predictions 1,2 --target 2",
        "loss-targets      | loss mse --predictions 1;2 --target 0",
        "optimizer-neither | optimizer adam --start 1",
        "optimizer-start   | optimizer adam --gradients none.csv",
        "optimizer-on      | optimizer adam --on rosenbrok",
        "optimizer-size    | optimizer adam --on beale --start 1,2,3",
        "optimizer-shape   | optimizer adam --on rosenbrock --shape 3,2",
        "optimizer-row     | optimizer adam --start 1,2 --gradients bad.csv"
      })
  void aWrongProbeIsRefusedWithItsRepair(String golden, String command) {
    new Program(folder).write("bad.csv", "1,2\n3,x\n");
    Outcome outcome = probe(command.strip().split(" ", -1));
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.code()).isNotZero();
    assertThat(outcome.err().lines()).hasSize(3);
    Golden.check("probe-refused-" + golden.strip() + ".txt", withoutFolder(outcome.err()));
  }

  private static String withoutFolder(String text) {
    return text.replaceAll("starts at \\S+", "starts at FOLDER");
  }
}
