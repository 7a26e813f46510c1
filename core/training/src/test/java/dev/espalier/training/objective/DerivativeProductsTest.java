package dev.espalier.training.objective;

import dev.espalier.api.ir.Composite;
import dev.espalier.api.ir.Dot;
import dev.espalier.api.ir.Graph;
import dev.espalier.api.ir.Node;
import dev.espalier.api.plugin.Params;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.Key;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import dev.espalier.api.tensor.Tree;
import dev.espalier.api.training.Objective;
import dev.espalier.engine.Simplify;
import dev.espalier.training.model.Model;
import dev.espalier.training.model.Models;
import dev.espalier.training.oracle.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DerivativeProductsTest {
  private static final int TIME = 16;
  private static final int BATCH = 2;

  private interface Question {
    List<Tensor> ask(Objective objective, Tree<Tensor> parameters, Tree<Tensor> vector);
  }

  private static Graph graph(Question question) {
    Model model =
        Models.create(
            "gpt",
            Params.of(Map.of("layers", 2L, "width", 32L, "heads", 2L)),
            TensorType.of(DType.I32, TIME),
            24,
            Parts.extensions());
    List<Tree<TensorType>> held = new ArrayList<>();
    Graph.trace(
        "init",
        List.of(TensorType.of(DType.I64)),
        in -> {
          Tree<Tensor> p = model.init(new Key(in.getFirst()));
          held.add(p.map(Tensor::type));
          return p.leaves();
        });
    Tree<TensorType> types = held.getFirst();
    int count = types.size();
    List<TensorType> in = new ArrayList<>(types.leaves());
    in.addAll(types.leaves());
    in.add(TensorType.of(DType.I32, BATCH, TIME));
    in.add(TensorType.of(DType.I32, BATCH, TIME));
    return Simplify.simplify(
        Graph.trace(
            "question",
            in,
            x -> {
              Objective objective =
                  new BatchObjective(
                      model,
                      new Parts.CrossEntropy(),
                      x.get(2 * count),
                      x.get(2 * count + 1),
                      new Key(x.getFirst().constant(DType.I64, 0L)),
                      true);
              return question.ask(
                  objective,
                  types.withLeaves(x.subList(0, count)),
                  types.withLeaves(x.subList(count, 2 * count)));
            }));
  }

  private static void count(Graph graph, String within, Map<String, Long> into) {
    for (Node node : graph.nodes()) {
      switch (node.op()) {
        case Dot dot -> {
          long k = 1;
          for (int axis : dot.leftContract()) {
            k *= node.operands().getFirst().type().shape().extent(axis);
          }
          long flops = node.result().type().shape().size() * k;
          into.merge(dot.leftBatch().isEmpty() ? "dense" : within + "attention", flops, Long::sum);
        }
        case Composite c -> count(c.body(), c.name() + " ", into);
        default -> {}
      }
    }
  }

  @Test
  void print() {
    Map<String, Question> questions = new java.util.LinkedHashMap<>();
    questions.put("gradient", (o, p, v) -> o.gradient(p).leaves());
    questions.put("hvp", (o, p, v) -> o.hessianVector(p, v).leaves());
    questions.put("gnvp", (o, p, v) -> o.gaussNewtonVector(p, v).leaves());
    questions.put("both", (o, p, v) -> {
      List<Tensor> a = new ArrayList<>(o.gradient(p).leaves());
      a.addAll(o.hessianVector(p, v).leaves());
      return a;
    });
    double dense = 0;
    double one = 2.0 * BATCH * 2 * TIME * TIME * 16;
    for (var q : questions.entrySet()) {
      Map<String, Long> c = new java.util.TreeMap<>();
      Graph g = graph(q.getValue());
      count(g, "", c);
      if (dense == 0) dense = c.get("dense") / 3.0;
      if (System.getenv("DUMP") != null && q.getKey().equals("hvp")) {
        System.out.println(g);
      }
      StringBuilder b = new StringBuilder(q.getKey() + " nodes " + g.nodes().size());
      for (var e : c.entrySet()) {
        b.append("  " + e.getKey() + " " + e.getValue() / (e.getKey().equals("dense") ? dense : one));
      }
      System.out.println(b);
    }
  }
}
