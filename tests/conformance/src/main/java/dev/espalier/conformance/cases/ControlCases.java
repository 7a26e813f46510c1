package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Composites;
import dev.espalier.api.ir.ControlFlow;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.api.tensor.TensorType;
import java.util.List;

/** Loops, branches and composites. */
final class ControlCases {
  private ControlCases() {}

  static void add(Cases cases, DType dtype) {
    if (dtype == DType.BOOL) {
      return;
    }
    scans(cases, dtype);
    loops(cases, dtype);
    branches(cases, dtype);
    if (dtype.isFloat()) {
      composites(cases, dtype);
      nested(cases, dtype);
    }
  }

  private static NdArray any(DType dtype, int... extents) {
    return new Samples("control").any(TensorType.of(dtype, extents));
  }

  private static void scans(Cases cases, DType dtype) {
    for (boolean reverse : new boolean[] {false, true}) {
      for (int length : new int[] {0, 1, 5}) {
        // The weight is used by every iteration: a constant of the loop.
        cases.smooth(
            "scan",
            "carry and ys,reverse=" + reverse,
            List.of(any(dtype, 3), any(dtype, length, 3), any(dtype, 3)),
            in -> {
              Tensor weight = in.get(2);
              ControlFlow.Scanned scanned =
                  ControlFlow.scan(
                      List.of(in.get(0)),
                      List.of(in.get(1)),
                      length,
                      reverse,
                      (carries, xs) -> {
                        Tensor next = carries.get(0).mul(weight).add(xs.get(0));
                        return new ControlFlow.Scanned(
                            List.of(next), List.of(next.mul(next), xs.get(0)));
                      });
              return List.of(scanned.carries().get(0), scanned.ys().get(0), scanned.ys().get(1));
            });
        cases.smooth(
            "scan",
            "no carry,reverse=" + reverse,
            List.of(any(dtype, length, 2, 3)),
            in ->
                ControlFlow.scan(
                        List.of(),
                        List.of(in.get(0)),
                        length,
                        reverse,
                        (carries, xs) ->
                            new ControlFlow.Scanned(List.of(), List.of(xs.get(0).sum(0))))
                    .ys());
        cases.smooth(
            "scan",
            "no x,reverse=" + reverse,
            List.of(any(dtype, 2)),
            in ->
                ControlFlow.scan(
                        List.of(in.get(0)),
                        List.of(),
                        length,
                        reverse,
                        (carries, xs) ->
                            new ControlFlow.Scanned(
                                List.of(carries.get(0).mul(carries.get(0))), List.of()))
                    .carries());
      }
    }
  }

  private static void loops(Cases cases, DType dtype) {
    for (int iterations : new int[] {0, 1, 6}) {
      cases.plain(
          "while",
          "counted",
          List.of(any(dtype, 3), NdArray.scalar(iterations), any(dtype, 3)),
          in -> {
            Tensor limit = in.get(1);
            Tensor step = in.get(2);
            Tensor zero = in.get(0).constant(DType.I64, 0L);
            return ControlFlow.whileLoop(
                List.of(in.get(0), zero),
                carries -> carries.get(1).lt(limit),
                carries -> List.of(carries.get(0).add(step), carries.get(1).add(1)));
          });
    }
    cases.plain(
        "while",
        "until a value",
        List.of(NdArray.scalar(dtype, 1)),
        in ->
            ControlFlow.whileLoop(
                List.of(in.get(0)),
                carries -> carries.get(0).lt(100),
                carries -> List.of(carries.get(0).mul(3))));
  }

  private static void branches(Cases cases, DType dtype) {
    for (boolean holds : new boolean[] {true, false}) {
      NdArray predicate = NdArray.of(new boolean[] {holds});
      cases.smooth(
          "cond",
          "" + holds,
          List.of(predicate, any(dtype, 3), any(dtype, 3)),
          in -> {
            Tensor outer = in.get(2);
            return ControlFlow.cond(
                in.get(0),
                List.of(in.get(1)),
                x -> List.of(x.get(0).mul(x.get(0)), outer),
                x -> List.of(x.get(0).add(outer), x.get(0)));
          });
    }
  }

  private static void composites(Cases cases, DType dtype) {
    List<NdArray> inputs = List.of(any(dtype, 3), any(dtype, 3));
    cases.smooth(
        "composite",
        "of body",
        inputs,
        in -> Composites.apply("test/product", in, x -> List.of(x.get(0).mul(x.get(1)).tanh())));
    cases.smooth(
        "composite",
        "own jvp",
        List.of(inputs.getFirst()),
        in ->
            Composites.applyWithJvp(
                "test/sine",
                in,
                x -> List.of(x.get(0).sin()),
                (x, t) -> List.of(x.get(0).cos().mul(t.get(0)))));
    cases.smooth(
        "composite",
        "own vjp",
        inputs,
        in ->
            Composites.applyWithVjp(
                "test/times",
                in,
                x -> List.of(x.get(0).mul(x.get(1))),
                (x, c) -> List.of(c.get(0).mul(x.get(1)), c.get(0).mul(x.get(0)))));
    cases.smooth(
        "composite",
        "vjp of body",
        inputs,
        in ->
            Composites.applyWithVjpOfBody(
                "test/tanh_times",
                in,
                x -> List.of(x.get(0).tanh(), x.get(0).tanh().mul(x.get(1))),
                (x, y, c) -> {
                  Tensor slope = y.get(0).square().neg().add(1);
                  Tensor through = c.get(0).add(c.get(1).mul(x.get(1)));
                  return List.of(through.mul(slope), c.get(1).mul(y.get(0)));
                }));
    cases.smooth(
        "composite",
        "vjp on demand",
        inputs,
        in ->
            Composites.applyWithVjpOnDemand(
                "test/tanh_times_on_demand",
                in,
                x -> List.of(x.get(0).tanh(), x.get(0).tanh().mul(x.get(1))),
                (x, y, c) -> {
                  Tensor slope = y.get(0).square().neg().add(1);
                  Tensor through = c.get(0).add(c.get(1).mul(x.get(1)));
                  return List.of(through.mul(slope), c.get(1).mul(y.get(0)));
                }));
    // Its rule is not its derivative, so differences do not apply.
    cases.plain(
        "composite",
        "straight through",
        List.of(inputs.getFirst()),
        in ->
            Composites.applyWithVjp(
                "test/round", in, x -> List.of(x.get(0).round()), (x, c) -> List.of(c.get(0))));
  }

  private static void nested(Cases cases, DType dtype) {
    cases.smooth(
        "scan",
        "nested in a scan, with a cond inside",
        List.of(any(dtype, 2), any(dtype, 3, 4, 2)),
        in ->
            ControlFlow.scan(
                    List.of(in.get(0)),
                    List.of(in.get(1)),
                    3,
                    false,
                    (outer, rows) ->
                        ControlFlow.scan(
                            outer,
                            rows,
                            4,
                            true,
                            (inner, x) -> {
                              Tensor next = inner.get(0).tanh().add(x.get(0));
                              Tensor positive = outer.get(0).sum().gt(-1000);
                              List<Tensor> chosen =
                                  ControlFlow.cond(
                                      positive,
                                      List.of(next),
                                      a -> List.of(a.get(0).mul(0.5)),
                                      a -> a);
                              return new ControlFlow.Scanned(chosen, List.of(next));
                            }))
                .ys());
  }
}
