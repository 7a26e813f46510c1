package dev.espalier.api.backend;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.tensor.TensorType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Says that an output of a graph takes the buffer of an input: each run is given one buffer for
 * both, reads the input from it, and leaves the output in it. What is trained then needs one set of
 * buffers, not two.
 *
 * @param input which of the inputs
 * @param output which of the outputs; of the input's type
 */
public record Donation(int input, int output) {
  /**
   * Refuses donations that a graph cannot have.
   *
   * @throws EspalierException BAD_VALUE for an index that the graph does not have, and for an input
   *     or output that is named twice; TYPE_MISMATCH where the two are of different types
   */
  public static void require(Graph graph, List<Donation> donations) {
    List<TensorType> inputs = graph.inputTypes();
    List<TensorType> outputs = graph.outputTypes();
    Set<Integer> given = new HashSet<>();
    Set<Integer> taken = new HashSet<>();
    for (Donation donation : donations) {
      requireIndex(graph, "input", donation.input(), inputs.size());
      requireIndex(graph, "output", donation.output(), outputs.size());
      if (!given.add(donation.input()) || !taken.add(donation.output())) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "an input of " + graph.name() + " gives its buffer to one output, which takes one",
            "input " + donation.input() + " to output " + donation.output() + " beside another",
            "name each input and each output in one donation at most");
      }
      if (!inputs.get(donation.input()).equals(outputs.get(donation.output()))) {
        throw new EspalierException(
            ErrorCode.TYPE_MISMATCH,
            "an output of " + graph.name() + " takes the buffer of an input of its type",
            "input "
                + donation.input()
                + " is "
                + inputs.get(donation.input())
                + ", output "
                + donation.output()
                + " is "
                + outputs.get(donation.output()),
            "leave this donation out");
      }
    }
  }

  private static void requireIndex(Graph graph, String what, int index, int count) {
    if (index < 0 || index >= count) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a donation names an " + what + " of " + graph.name() + ", from 0 to " + (count - 1),
          what + " " + index,
          "name an " + what + " that the graph has");
    }
  }

  /**
   * Refuses the buffers of a run where a buffer is shared that is not donated, or one that is
   * donated is not shared. Allocates nothing where nothing is wrong.
   *
   * @param name the graph's name
   * @throws EspalierException BAD_VALUE
   */
  public static void requireBuffers(
      String name, List<Donation> donations, List<Buffer> inputs, List<Buffer> outputs) {
    for (int i = 0; i < outputs.size(); i++) {
      Buffer output = outputs.get(i);
      int donor = donor(donations, i);
      if (donor >= 0 && !output.equals(inputs.get(donor))) {
        throw new EspalierException(
            ErrorCode.BAD_VALUE,
            "output " + i + " of " + name + " takes the buffer of input " + donor,
            "another buffer",
            "pass one buffer for both, or compile the graph without this donation");
      }
      for (int k = 0; k < inputs.size(); k++) {
        if (k != donor && output.equals(inputs.get(k))) {
          throw ofItsOwn(name, i);
        }
      }
      for (int k = 0; k < i; k++) {
        if (output.equals(outputs.get(k))) {
          throw ofItsOwn(name, i);
        }
      }
    }
  }

  /** The input whose buffer an output takes; -1 for none. */
  private static int donor(List<Donation> donations, int output) {
    for (int i = 0; i < donations.size(); i++) {
      if (donations.get(i).output() == output) {
        return donations.get(i).input();
      }
    }
    return -1;
  }

  private static EspalierException ofItsOwn(String name, int output) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        "each output of " + name + " has a buffer of its own",
        "output " + output + " is an input or another output",
        "allocate another buffer for it");
  }
}
