package dev.espalier.integration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.integration.cli.Program.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every bad input: one clear error with a code, the exit code of its kind, and no stack trace. */
final class BadInputTest {
  @TempDir Path folder;

  private Program program = new Program(Path.of(""));

  @BeforeEach
  void writeTheRun() {
    program = new Program(folder);
    TinyRun.writeTo(program);
  }

  private Outcome train(String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", "run.yaml", "--out", "run"));
    arguments.addAll(List.of(more));
    return program.run(arguments.toArray(String[]::new));
  }

  private static void refused(Outcome outcome, int exit, String code, String... texts) {
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(exit);
    assertThat(outcome.err()).startsWith("error[" + code + "]: ").contains(texts);
    assertThat(outcome.err()).doesNotContain("\tat ").doesNotContain("Exception");
    assertThat(outcome.err().lines()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "stpes=5                | unknown-key  | did you mean 'steps'?",
        "data.labl=side         | unknown-key  | did you mean 'label'?",
        "model.hiden=3          | unknown-key  | hidden",
        "optimizer.beta_1=0.5   | unknown-key  | did you mean 'beta1'?",
        "optimizer.kind=adamm   | unknown-name | did you mean 'adam'?",
        "loss.kind=softmax-cross-entropi | unknown-name | did you mean 'softmax-cross-entropy'?",
        "schedule.kind=cosin    | unknown-name | did you mean 'cosine'?",
        "model.kind=mpl         | unknown-name | mlp",
        "model.activation=tahn  | unknown-name | did you mean 'tanh'?",
        "backend.kind=cpo       | unknown-name | did you mean 'cpu'?",
        "backend.treads=2       | unknown-key  | threads",
        "backend.threads=0      | bad-value    | threads",
        "data.kind=parquet      | bad-value    | csv",
        "optimizer.beta1=1.5    | bad-value    | beta1",
        "learning_rate=fast     | bad-value    | learning_rate",
        "learning_rate=-1       | bad-value    | learning_rate",
        "batch=0                | bad-value    | batch",
        "batch=2.5              | bad-value    | batch",
        "steps=many             | bad-value    | steps",
        "seed=[1]               | bad-value    | seed",
        "clip=0                 | bad-value    | clip",
        "model.dropout=1        | bad-value    | dropout",
        "model.hidden=[0]       | bad-value    | hidden",
        "data.validation=2      | bad-value    | validation",
        "epochs=3               | missing-key  | either steps or epochs",
        "steps.more=1           | bad-value    | steps",
      })
  void aWrongValueInARunFileIsAUsageErrorThatNamesIt(String set, String code, String text) {
    Outcome outcome = train("--set", set.strip());

    refused(outcome, 2, code.strip(), text.strip());
    assertThat(folder.resolve("run").resolve("checkpoints")).doesNotExist();
  }

  @Test
  void anUnknownBackendOnTheCommandLineIsAUsageError() {
    refused(train("--backend", "cpo"), 2, "unknown-name", "did you mean 'cpu'?");
  }

  @Test
  void aBackendThatCannotRunHereIsAFailureWithItsReason() {
    // This version of Espalier has no CUDA kernels, so that there is a reason on every machine.
    refused(train("--backend", "cuda"), 1, "backend-unavailable", "--backend cpu");
  }

  @Test
  void filesThatAreNotThereAreFailuresThatNameThem() {
    refused(program.run("train", "nowhere.yaml"), 1, "file-not-found", "nowhere.yaml");
    refused(train("--data", "nowhere.csv"), 1, "file-not-found", "nowhere.csv");
    refused(train("--resume", "nowhere"), 1, "file-not-found", "nowhere");
    refused(program.run("evaluate", "nowhere"), 1, "file-not-found", "nowhere");
    refused(program.run("sample", "nowhere"), 1, "file-not-found", "nowhere");
  }

  @Test
  void aRunFileThatIsNotYamlIsAFailure() {
    program.write("run.yaml", "name: [unclosed\nseed: 1\n");
    refused(train(), 1, "bad-file", "run.yaml");
    program.write("run.yaml", "just a text\n");
    refused(train(), 1, "bad-file", "run.yaml");
    program.write("run.yaml", TinyRun.YAML + "seed: 8\n");
    refused(train(), 1, "bad-file", "run.yaml");
  }

  @Test
  void aTableThatIsDamagedIsAFailureThatNamesThePlace() {
    program.write("points.csv", "x,y,side\n1,2,same\n3,four,other\n");
    refused(train(), 1, "bad-file", "points.csv");
    program.write("points.csv", "x,y,side\n1,2,same\n3,4\n");
    refused(train(), 1, "bad-file", "points.csv");
    program.write("points.csv", "x,y\n1,2\n");
    assertThat(train().code()).isNotZero();
  }

  @Test
  void aForgedImageFileIsRefusedWithoutItsSizeBeingAllocated() throws IOException {
    // The header promises 2^31 - 1 images of 28 x 28; the file ends after it. The heap is 512 MB.
    byte[] forged = {0, 0, 8, 3, 0x7f, -1, -1, -1, 0, 0, 0, 28, 0, 0, 0, 28};
    Path data = Files.createDirectory(folder.resolve("digits"));
    Files.write(data.resolve("images"), forged);
    Files.write(data.resolve("labels"), new byte[] {0, 0, 8, 1, 0, 0, 0, 1, 3});
    program.write(
        "digits.yaml",
        """
        data: {kind: idx, path: digits, images: images, labels: labels}
        model: mlp
        steps: 2
        """);

    refused(program.run("train", "digits.yaml"), 1, "bad-file", "images");
  }

  @Test
  void aFolderThatHoldsARunIsNotOverwritten() {
    assertThat(train("--set", "steps=2").code()).isZero();
    refused(train("--set", "steps=2"), 2, "bad-value", "--resume");
  }

  @Test
  void aRunGoesOnOnlyWithTheRunFileAndTheDataThatItBeganWith() throws IOException {
    assertThat(train("--set", "steps=2").code()).isZero();

    refused(
        program.run("train", "run.yaml", "--resume", "run", "--set", "steps=3"),
        1,
        "checkpoint-mismatch",
        "steps was 2 and is 3");
    Path points = folder.resolve("points.csv");
    Files.writeString(points, Files.readString(points) + "1,1,same\n");
    refused(
        program.run("train", "run.yaml", "--resume", "run", "--set", "steps=2"),
        1,
        "checkpoint-mismatch",
        "SHA-256");
  }

  @Test
  void aRunWhoseCheckpointsAreAllDamagedIsRefused() throws IOException {
    assertThat(train("--set", "steps=2").code()).isZero();
    try (Stream<Path> files = Files.walk(folder.resolve("run").resolve("checkpoints"))) {
      for (Path file : files.filter(f -> f.endsWith("tensors.safetensors")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
      }
    }

    refused(program.run("evaluate", "run"), 1, "bad-file", "tensors.safetensors");
    Outcome resumed = program.run("train", "run.yaml", "--resume", "run", "--set", "steps=2");
    refused(resumed, 1, "bad-file", "tensors.safetensors");
  }

  @Test
  void aStackTraceIsPrintedOnlyWhenItIsAskedFor() {
    assertThat(train("--set", "batch=0", "--debug").err()).contains("\tat dev.espalier.");
  }
}
