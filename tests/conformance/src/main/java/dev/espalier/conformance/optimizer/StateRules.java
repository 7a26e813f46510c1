package dev.espalier.conformance.optimizer;

import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Optimizer;
import dev.espalier.conformance.numerics.SameBits;
import dev.espalier.conformance.problem.Problems;
import dev.espalier.conformance.problem.Stepping;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.ExtensionSubject;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What an optimizer remembers. */
final class StateRules {
  private StateRules() {}

  static List<Check<? super ExtensionSubject<Optimizer>>> checks() {
    return List.of(
        Check.<ExtensionSubject<Optimizer>>single("OPT-5", StateRules::keys),
        Check.<ExtensionSubject<Optimizer>>single("OPT-6", StateRules::types),
        Check.<ExtensionSubject<Optimizer>>single("OPT-7", StateRules::restored),
        Check.<ExtensionSubject<Optimizer>>single("OPT-8", StateRules::oneTrace));
  }

  /**
   * The claim {@code state=NAME NAME}: for each parameter an entry of its shape under each name,
   * and {@code NAME!} for one entry by itself.
   */
  private static void keys(ExtensionSubject<Optimizer> subject, Findings findings) {
    Tree<TensorType> parameters = Parameters.types(DType.F32);
    Tree<TensorType> state = stepping(subject.extension(), DType.F32).stateTypes();
    TreeSet<String> wanted = new TreeSet<>();
    for (String name :
        subject.claims().text("state").filter(text -> !text.isBlank()).orElse("").split(" +", -1)) {
      if (name.endsWith("!")) {
        wanted.add(name.substring(0, name.length() - 1));
      } else if (!name.isEmpty()) {
        parameters.paths().forEach(path -> wanted.add(name + "/" + path));
      }
    }
    TreeSet<String> found = new TreeSet<>(state.paths());
    findings.require(
        subject.claims().has("state"),
        "there is no line '# claim: state=...' of what it remembers: " + found);
    findings.require(
        found.equals(wanted),
        "checkpoints would hold the state " + found + "; '# claim: state=...' says " + wanted);
  }

  private static Stepping stepping(Optimizer optimizer, DType dtype) {
    return Stepping.given(optimizer, Parameters.types(dtype), 1);
  }

  /**
   * {@link Stepping} refuses a step that changes a path or a type. A narrow type need not show a
   * step that is smaller than its units in the last place.
   */
  private static void types(ExtensionSubject<Optimizer> subject, Findings findings) {
    Tree<NdArray> exact = afterOneStep(subject.extension(), DType.F64);
    for (DType dtype : List.of(DType.F64, DType.F32, DType.BF16, DType.F16)) {
      Tree<NdArray> start = Parameters.random(dtype, 1);
      Tree<NdArray> after = afterOneStep(subject.extension(), dtype);
      findings.require(Parameters.finite(after), "a step in " + dtype.text() + " is not finite");
      findings.require(
          Parameters.distance(after, start) > 0
              || (dtype != DType.F64 && Parameters.ulps(start, exact) < 2),
          "a step in " + dtype.text() + " moves nothing");
    }
  }

  private static Tree<NdArray> afterOneStep(Optimizer optimizer, DType dtype) {
    Stepping stepping = stepping(optimizer, dtype);
    Tree<NdArray> gradient = Parameters.random(dtype, 2);
    return stepping
        .step(stepping.begin(Parameters.random(dtype, 1)), gradient.leaves(), 0, 0.01, 1)
        .next()
        .parameters();
  }

  /** Stopping after some steps and going on elsewhere from parameters and state changes no bit. */
  private static void restored(ExtensionSubject<Optimizer> subject, Findings findings) {
    var problem = Problems.network();
    Stepping first = Stepping.on(problem, subject.extension());
    Stepping.At whole = first.steps(first.begin(problem.start()), 0, 7, 0.01, 3);
    Stepping.At half = first.steps(first.begin(problem.start()), 0, 4, 0.01, 3);
    Stepping second = Stepping.on(problem, subject.extension());
    // Another instance, and only what a checkpoint holds.
    Stepping.At copy =
        new Stepping.At(
            half.parameters().map(StateRules::copy), half.state().map(StateRules::copy));
    Stepping.At resumed = second.steps(copy, 4, 3, 0.01, 3);
    SameBits.difference(resumed.values(), whole.values())
        .ifPresent(
            where -> findings.problem("resumed after 4 of 7 steps it ends elsewhere: " + where));
  }

  private static NdArray copy(NdArray x) {
    return x.reshape(x.type().shape().extents());
  }

  /** The graph of a step is the same whenever it is traced, and so serves every step. */
  private static void oneTrace(ExtensionSubject<Optimizer> subject, Findings findings) {
    Optimizer optimizer = subject.extension();
    var first = stepping(optimizer, DType.F32).graph();
    var second = stepping(optimizer, DType.F32).graph();
    findings.require(
        first.equals(second),
        "traced twice, the step is two different graphs, of "
            + first.nodes().size()
            + " and "
            + second.nodes().size()
            + " nodes: "
            + first.nodes().stream()
                .filter(node -> !second.nodes().contains(node))
                .limit(3)
                .map(node -> node.op().name() + " " + node.op().attributes())
                .collect(Collectors.joining(", ")));
  }
}
