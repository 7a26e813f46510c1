package dev.espalier.engine;

import dev.espalier.api.ir.Composites;
import dev.espalier.api.tensor.Tensor;
import java.util.Collections;
import java.util.List;

/**
 * A reverse rule on one more, leading axis of everything.
 *
 * @param one the rule of a single slice
 */
record VectorisedRule(Composites.ReverseRule one) implements Composites.ReverseRule {
  @Override
  public List<Tensor> apply(List<Tensor> inputs, List<Tensor> outputs, List<Tensor> cotangents) {
    int in = inputs.size();
    int out = in + outputs.size();
    List<Tensor> all = Tensors.join(Tensors.join(inputs, outputs), cotangents);
    return Vectorise.vmap(
        slices ->
            one.apply(
                slices.subList(0, in), slices.subList(in, out), slices.subList(out, slices.size())),
        all,
        Collections.nCopies(all.size(), true));
  }
}
