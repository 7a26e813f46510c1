package dev.espalier.api.ir;

import dev.espalier.api.tensor.TensorType;
import java.util.List;

/**
 * A named graph used as one operation. Every backend can run the body; one that knows the name may
 * run something faster. The derivative is the body's unless a rule says otherwise.
 *
 * @param name the name, with the plugin's id before a slash for those of plugins
 * @param body what it means
 * @param rule how it is differentiated
 */
public record Composite(String name, Graph body, DerivativeRule rule) implements Op {
  /** What stands behind the name of a composite on one more, leading axis of every operand. */
  public static final String VECTORISED = "/vmap";

  /** The name without what vectorisation put behind it. */
  public String nameOfOne() {
    String one = name;
    while (one.endsWith(VECTORISED)) {
      one = one.substring(0, one.length() - VECTORISED.length());
    }
    return one;
  }

  /**
   * How a composite is differentiated. Rules are graphs, and are differentiated in turn for higher
   * orders.
   */
  public sealed interface DerivativeRule {}

  /** The derivative of the body, which stands in place of the composite in every mode. */
  public record OfBody() implements DerivativeRule {}

  /**
   * A forward rule. Its graph maps (inputs..., tangents of the floating-point inputs...) to
   * tangents of the floating-point outputs and is linear in the tangents; the reverse rule is its
   * transpose.
   *
   * @param graph the rule
   */
  public record Jvp(Graph graph) implements DerivativeRule {}

  /**
   * A reverse rule. Its graph maps (inputs..., cotangents of the floating-point outputs...) to
   * cotangents of the floating-point inputs and is linear in the cotangents; the forward rule is
   * its transpose.
   *
   * @param graph the rule
   */
  public record Vjp(Graph graph) implements DerivativeRule {}

  /**
   * The derivative of the body, by a graph that is used in place of the body's rules because it
   * does less or holds less: it may use the outputs. It maps (inputs..., outputs..., cotangents of
   * the floating-point outputs...) to cotangents of the floating-point inputs and is linear in the
   * cotangents. Forward mode uses its transpose, series take their coefficients from the body, and
   * the values are those of the composite in every mode: so derivatives of different modes at one
   * point share them.
   *
   * @param graph the rule
   */
  public record VjpOfBody(Graph graph) implements DerivativeRule {}

  /**
   * A reverse rule that is traced anew wherever a derivative is taken. So it may apply the
   * composite that it belongs to, or another that has such a rule, as the derivative of a linear
   * solve is a linear solve: a graph would have to contain itself. Two composites are the same only
   * where their rules are equal, so a rule is best a record.
   *
   * @param function from (inputs, outputs, cotangents of the floating-point outputs) to cotangents
   *     of the floating-point inputs, linear in the cotangents; it uses only its arguments
   */
  public record VjpOnDemand(Composites.ReverseRule function) implements DerivativeRule {}

  @Override
  public String attributes() {
    return switch (rule) {
      case OfBody _ -> "";
      case Jvp _ -> "jvp=own";
      case Vjp _ -> "vjp=own";
      case VjpOfBody _ -> "vjp=of body";
      case VjpOnDemand _ -> "vjp=on demand";
    };
  }

  @Override
  public List<Graph> graphs() {
    return switch (rule) {
      case OfBody _, VjpOnDemand _ -> List.of(body);
      case Jvp jvp -> List.of(body, jvp.graph());
      case Vjp vjp -> List.of(body, vjp.graph());
      case VjpOfBody vjp -> List.of(body, vjp.graph());
    };
  }

  @Override
  public List<TensorType> infer(List<TensorType> operands) {
    TypeRules.require(
        body.inputTypes().equals(operands),
        this,
        operands,
        "takes " + TypeRules.text(body.inputTypes()),
        "pass operands of these types");
    return body.outputTypes();
  }
}
