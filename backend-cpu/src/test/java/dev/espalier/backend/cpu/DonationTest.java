package dev.espalier.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.BufferScope;
import dev.espalier.api.backend.Donation;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where outputs take the buffers of inputs, every run gives the bits that it gives elsewhere. */
final class DonationTest {
  private static final int INPUTS = 3;

  static IntStream seeds() {
    return IntStream.range(0, 150);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aRandomGraphGivesTheSameBitsInTheBuffersOfItsInputs(int seed) {
    int n = FusionPropertyTest.N;
    Random random = new Random(seed);
    List<NdArray> inputs =
        IntStream.range(0, INPUTS).mapToObj(i -> Cpu.random(31 * seed + i, n, n)).toList();
    Graph graph =
        Cpu.graph(
            inputs,
            x -> {
              List<Tensor> values = FusionPropertyTest.grow(x, seed);
              List<Tensor> outputs = new ArrayList<>();
              for (int i = 0; i < 4; i++) {
                outputs.add(values.get(values.size() - 1 - random.nextInt(values.size() / 3 + i)));
              }
              // Inputs as they are, exchanged or given twice.
              outputs.add(x.get(random.nextInt(INPUTS)));
              outputs.add(x.get(random.nextInt(INPUTS)));
              return outputs;
            });
    List<Integer> order = new ArrayList<>(IntStream.range(0, 6).boxed().toList());
    Collections.shuffle(order, random);
    List<Donation> donations =
        IntStream.range(0, 1 + random.nextInt(INPUTS))
            .mapToObj(i -> new Donation(i, order.get(i)))
            .toList();
    check(graph, donations, inputs);
  }

  @Test
  void aWeightIsReadByTheBackwardPassBeforeItIsUpdated() {
    List<NdArray> inputs =
        List.of(Cpu.random(1, 64, 48), Cpu.random(2, 48, 40), Cpu.random(3, 33, 64));
    same(
        inputs,
        List.of(new Donation(0, 0), new Donation(1, 1)),
        x -> {
          Tensor hidden = x.get(2).matmul(x.get(0)).tanh();
          Tensor out = hidden.matmul(x.get(1));
          Tensor second = hidden.transpose(1, 0).matmul(out);
          Tensor back = out.matmul(x.get(1).transpose(1, 0));
          Tensor first = x.get(2).transpose(1, 0).matmul(back);
          return List.of(x.get(0).sub(first.mul(0.01)), x.get(1).sub(second.mul(0.01)));
        });
  }

  @Test
  void anUpdateThatItsOwnReadersWaitForIsCopiedLast() {
    List<NdArray> inputs = List.of(Cpu.random(1, 37, 37), Cpu.random(2, 37, 37));
    same(
        inputs,
        List.of(new Donation(0, 0)),
        x -> {
          Tensor updated = x.get(0).mul(0.5).add(x.get(1));
          // Needs both the updated and, elsewhere than where it is updated, the one before.
          return List.of(updated, updated.matmul(x.get(0)), x.get(0).transpose(1, 0).add(updated));
        });
  }

  @Test
  void rowsSumsAndBroadcastsOfWhatIsOverwrittenAreReadBefore() {
    List<NdArray> inputs = List.of(Cpu.random(1, 37, 37), Cpu.random(2, 37));
    same(
        inputs,
        List.of(new Donation(0, 0), new Donation(1, 1)),
        x -> {
          Tensor spread = x.get(1).broadcast(x.get(0).shape(), 1);
          Tensor rows = x.get(0).reduceMax(1).broadcast(x.get(0).shape(), 0);
          Tensor made = x.get(0).sub(rows).mul(spread);
          return List.of(made, made.sum(0).add(x.get(1)), x.get(0).sum());
        });
  }

  @Test
  void exchangedAndRepeatedInputsAreCopiedAside() {
    List<NdArray> inputs = List.of(Cpu.random(1, 37), Cpu.random(2, 37), Cpu.random(3, 37));
    same(
        inputs,
        List.of(new Donation(0, 0), new Donation(1, 1), new Donation(2, 3)),
        x -> List.of(x.get(1), x.get(2), x.get(0), x.get(0), x.get(2)));
  }

  @Test
  void anUpdateElementByElementTakesNoMemory() {
    NdArray like = Cpu.random(1, 100_000);
    Graph graph =
        Cpu.graph(
            List.of(like, like, like),
            x -> {
              Tensor moment = x.get(1).mul(0.9).add(x.get(2).mul(0.1));
              return List.of(x.get(0).sub(moment.mul(0.01)), moment);
            });
    try (Backend backend = Cpu.open(1);
        Executable executable =
            backend.compile(graph, List.of(new Donation(0, 0), new Donation(1, 1)))) {
      assertThat(executable.memory().buffers()).isEqualTo(3L * 400_000);
      assertThat(executable.memory().intermediates()).isZero();
    }
  }

  private static void same(
      List<NdArray> inputs, List<Donation> donations, Function<List<Tensor>, List<Tensor>> body) {
    check(Cpu.graph(inputs, body), donations, inputs);
  }

  /** Three runs, in which what is donated goes on from run to run. */
  private static void check(Graph graph, List<Donation> donations, List<NdArray> inputs) {
    try (Backend backend = Cpu.open(2);
        Executable apart = backend.compile(graph);
        Executable donated = backend.compile(graph, donations);
        BufferScope scope = backend.openScope()) {
      List<NdArray> values = new ArrayList<>(inputs);
      List<Buffer> in = inputs.stream().map(scope::upload).toList();
      List<Buffer> out =
          new ArrayList<>(graph.outputTypes().stream().map(scope::allocate).toList());
      donations.forEach(donation -> out.set(donation.output(), in.get(donation.input())));
      List<Buffer> expectedOut = graph.outputTypes().stream().map(scope::allocate).toList();
      for (int run = 0; run < 3; run++) {
        apart.run(values.stream().map(scope::upload).toList(), expectedOut);
        donated.run(in, out);
        for (int i = 0; i < out.size(); i++) {
          assertThat(out.get(i).read().equals(expectedOut.get(i).read()))
              .as("output %s of run %s of %s with %s", i, run, donated.listing(), donations)
              .isTrue();
        }
        donations.forEach(
            donation -> values.set(donation.input(), expectedOut.get(donation.output()).read()));
      }
    }
  }
}
