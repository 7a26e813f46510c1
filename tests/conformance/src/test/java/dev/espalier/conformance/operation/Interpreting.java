package dev.espalier.conformance.operation;

import dev.espalier.api.backend.Backend;
import dev.espalier.api.backend.Buffer;
import dev.espalier.api.backend.Executable;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.conformance.backend.Wrapped;
import dev.espalier.engine.reference.Reference;
import java.util.ArrayList;
import java.util.List;

/** A backend that runs a graph node by node and gets something wrong on the way. */
final class Interpreting extends Wrapped {
  private final Mistake mistake;

  Interpreting(Backend inner, Mistake mistake) {
    super(inner);
    this.mistake = mistake;
  }

  /** Changes what a node gives. */
  interface Mistake {
    /** The results to take in place of the right ones, or the right ones. */
    List<NdArray> of(Node node, List<NdArray> operands, List<NdArray> right, Graph graph);
  }

  @Override
  public Executable compile(Graph graph) {
    return new Compiled(super.compile(graph)) {
      @Override
      public void run(List<Buffer> inputs, List<Buffer> outputs) {
        super.run(inputs, outputs);
        List<NdArray> values = new ArrayList<>(inputs.stream().map(Buffer::read).toList());
        for (Node node : graph.nodes()) {
          List<NdArray> operands = node.operands().stream().map(v -> values.get(v.id())).toList();
          values.addAll(mistake.of(node, operands, Reference.evaluate(node.op(), operands), graph));
        }
        for (int i = 0; i < outputs.size(); i++) {
          outputs.get(i).write(values.get(graph.outputs().get(i).id()));
        }
      }
    };
  }
}
