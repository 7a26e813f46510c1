package dev.espalier.conformance.derivative;

import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.conformance.rule.Check;
import dev.espalier.conformance.rule.Findings;
import dev.espalier.conformance.subject.EngineSubject;
import java.util.List;

/** Gradients of single examples. */
final class PerExample {
  private static final int BATCH = 5;

  private PerExample() {}

  static List<Check<? super EngineSubject>> checks() {
    return List.of(Check.single("AD-12", PerExample::gradientsOfOne));
  }

  /** A small net with a layer norm, an activation and a softmax: x [3] to a loss. */
  private static Tensor loss(Tensor w, Tensor v, Tensor x, Tensor target) {
    Tensor hidden = x.reshape(1, 3).matmul(w).tanh();
    Tensor centred = hidden.sub(hidden.mean(1).spread(hidden.shape(), 1));
    Tensor logits = centred.matmul(v);
    return logits.logSoftmax(1).reshape(2).mul(target).sum().neg();
  }

  private static void gradientsOfOne(EngineSubject engine, Findings findings) {
    List<NdArray> inputs =
        Numbers.directions(
            List.of(
                NdArray.of(new double[12], 3, 4),
                NdArray.of(new double[8], 4, 2),
                NdArray.of(new double[3 * BATCH], BATCH, 3),
                NdArray.of(new double[2 * BATCH], BATCH, 2)),
            21);
    List<NdArray> together =
        Numbers.run(
            inputs,
            in ->
                engine
                    .vmap()
                    .apply(
                        each ->
                            engine.gradient(
                                p -> loss(p.get(0), p.get(1), each.get(2), each.get(3)),
                                each.subList(0, 2)),
                        in,
                        List.of(false, false, true, true)));
    for (int example = 0; example < BATCH; example++) {
      int e = example;
      List<NdArray> alone =
          Numbers.run(
              inputs,
              in ->
                  engine.gradient(
                      p -> loss(p.get(0), p.get(1), in.get(2).at(0, e), in.get(3).at(0, e)),
                      in.subList(0, 2)));
      List<NdArray> slice =
          Numbers.run(together, in -> List.of(in.get(0).at(0, e), in.get(1).at(0, e)));
      Numbers.near(findings, "gradient of example " + e, slice, alone, 1e-13);
    }
  }
}
