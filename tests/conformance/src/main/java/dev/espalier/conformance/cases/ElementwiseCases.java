package dev.espalier.conformance.cases;

import dev.espalier.api.ir.Binary;
import dev.espalier.api.ir.Compare;
import dev.espalier.api.ir.Select;
import dev.espalier.api.ir.Unary;
import dev.espalier.api.tensor.DType;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Shape;
import dev.espalier.api.tensor.TensorType;
import java.util.List;
import java.util.Locale;

/** Functions of the elements at one place. */
final class ElementwiseCases {
  private static final List<Shape> SHAPES =
      List.of(
          Shape.SCALAR,
          Shape.of(1),
          Shape.of(3),
          Shape.of(7),
          Shape.of(13),
          Shape.of(31),
          Shape.of(3, 11),
          Shape.of(33),
          Shape.of(257),
          Shape.of(2, 0, 3));

  private static final int[] LENGTHS = {
    0, 1, 2, 3, 7, 8, 13, 15, 16, 17, 31, 32, 33, 63, 257, 1025
  };

  private ElementwiseCases() {}

  static void add(Cases cases, DType dtype) {
    unary(cases, dtype);
    binary(cases, dtype);
    compareAndSelect(cases, dtype);
    if (dtype.isFloat()) {
      polygamma(cases, dtype);
      chains(cases, dtype);
    }
  }

  private static void unary(Cases cases, DType dtype) {
    for (Unary.Kind kind : Unary.Kind.values()) {
      if (!kind.accepts(dtype)) {
        continue;
      }
      Unary op = new Unary(kind);
      for (Shape shape : SHAPES) {
        NdArray x = domain(kind, new TensorType(dtype, shape));
        cases.smooth(op.name(), "random", List.of(x), in -> in.getFirst().apply(op, in));
      }
      cases.plain(
          op.name(),
          "special",
          List.of(SpecialValues.of(dtype)),
          in -> in.getFirst().apply(op, in));
    }
  }

  /** Random values in the domain of a function, away from its kinks and poles. */
  private static NdArray domain(Unary.Kind kind, TensorType type) {
    Samples samples = new Samples(kind.name() + type.shape());
    if (!type.dtype().isFloat()) {
      return type.dtype() == DType.BOOL ? samples.any(type) : samples.wholeRange(type);
    }
    return switch (kind) {
      case ABS, SIGN -> samples.signed(type, 0.1, 3);
      case LOG, SQRT, RSQRT -> samples.uniform(type, 0.1, 5);
      case CBRT -> samples.signed(type, 0.2, 5);
      case LOG1P -> samples.uniform(type, -0.9, 5);
      case TAN -> samples.uniform(type, -1.2, 1.2);
      case ASIN, ACOS, ATANH, ERFINV -> samples.uniform(type, -0.9, 0.9);
      case ACOSH -> samples.uniform(type, 1.1, 5);
      case LGAMMA -> samples.uniform(type, 0.2, 9);
      case FLOOR, CEIL, ROUND -> samples.betweenIntegers(type);
      case NEG, EXP, EXPM1, SIN, COS, ATAN, SINH, COSH, TANH, ASINH, ERF, ERFC, LOGISTIC, NOT ->
          samples.uniform(type, -3, 3);
    };
  }

  private static void binary(Cases cases, DType dtype) {
    for (Binary.Kind kind : Binary.Kind.values()) {
      if (!kind.accepts(dtype)) {
        continue;
      }
      Binary op = new Binary(kind);
      for (Shape shape : SHAPES) {
        cases.smooth(
            op.name(),
            "random",
            operands(kind, new TensorType(dtype, shape)),
            in -> in.getFirst().apply(op, in));
      }
      cases.plain(
          op.name(), "special", SpecialValues.pairs(dtype), in -> in.getFirst().apply(op, in));
    }
  }

  private static List<NdArray> operands(Binary.Kind kind, TensorType type) {
    Samples samples = new Samples(kind.name().toLowerCase(Locale.ROOT) + type.shape());
    if (!type.dtype().isFloat()) {
      NdArray x = type.dtype() == DType.BOOL ? samples.any(type) : samples.wholeRange(type);
      NdArray y =
          switch (kind) {
            case SHL, SHR, USHR -> samples.integers(type, 0, 8L * type.dtype().bytes());
            case DIV, REM -> samples.integers(type, -9, 10);
            case ADD, SUB, MUL, POW, ATAN2, MAX, MIN -> samples.wholeRange(type);
            case AND, OR, XOR ->
                type.dtype() == DType.BOOL ? samples.any(type) : samples.wholeRange(type);
          };
      return List.of(x, y);
    }
    return switch (kind) {
      case DIV -> List.of(samples.uniform(type, -2, 2), samples.signed(type, 0.3, 2));
      // x in (2y, 3y) but for 0.2y at each end, so that the quotient stays the same nearby.
      case REM -> List.of(samples.uniform(type, 2.2, 2.6), samples.uniform(type, 0.95, 1.05));
      case POW -> List.of(samples.uniform(type, 0.3, 2), samples.uniform(type, -2, 2));
      case ATAN2 -> List.of(samples.signed(type, 0.3, 2), samples.uniform(type, -2, 2));
      case MAX, MIN -> {
        NdArray both = samples.distinct(type.withShape(type.shape().insert(0, 2)), -2, 2);
        yield halves(type, both);
      }
      case ADD, SUB, MUL, AND, OR, XOR, SHL, SHR, USHR ->
          List.of(samples.uniform(type, -2, 2), samples.uniform(type, -2, 2));
    };
  }

  private static List<NdArray> halves(TensorType type, NdArray both) {
    int size = type.shape().size();
    Object first = NdArray.allocate(type);
    Object second = NdArray.allocate(type);
    System.arraycopy(both.storage(), 0, first, 0, size);
    System.arraycopy(both.storage(), size, second, 0, size);
    return List.of(NdArray.wrap(type, first), NdArray.wrap(type, second));
  }

  private static void compareAndSelect(Cases cases, DType dtype) {
    for (Compare.Kind kind : Compare.Kind.values()) {
      Compare op = new Compare(kind);
      for (Shape shape : SHAPES) {
        TensorType type = new TensorType(dtype, shape);
        Samples samples = new Samples(kind.name() + shape);
        cases.plain(
            op.name(),
            "random",
            List.of(samples.integers(type, 0, 2), samples.integers(type, 0, 2)),
            in -> in.getFirst().apply(op, in));
      }
      cases.plain(
          op.name(), "special", SpecialValues.pairs(dtype), in -> in.getFirst().apply(op, in));
    }
    for (Shape shape : SHAPES) {
      TensorType type = new TensorType(dtype, shape);
      Samples samples = new Samples("select" + shape);
      cases.smooth(
          "select",
          "random",
          List.of(samples.any(type.withDType(DType.BOOL)), samples.any(type), samples.any(type)),
          in -> in.getFirst().apply(new Select(), in));
    }
    List<NdArray> pairs = SpecialValues.pairs(dtype);
    NdArray condition = new Samples("select").any(pairs.getFirst().type().withDType(DType.BOOL));
    cases.plain(
        "select",
        "special",
        List.of(condition, pairs.get(0), pairs.get(1)),
        in -> in.getFirst().apply(new Select(), in));
  }

  private static void polygamma(Cases cases, DType dtype) {
    for (int order = 0; order <= 3; order++) {
      int n = order;
      for (Shape shape : SHAPES) {
        NdArray x = new Samples("polygamma" + shape).uniform(new TensorType(dtype, shape), 0.4, 8);
        cases.smooth(
            "polygamma", "order=" + n, List.of(x), in -> List.of(in.getFirst().polygamma(n)));
      }
      NdArray below = new Samples("polygamma").betweenIntegers(TensorType.of(dtype, 13));
      cases.smooth(
          "polygamma",
          "between poles, order=" + n,
          List.of(below),
          in -> List.of(in.getFirst().polygamma(n)));
      cases.plain(
          "polygamma",
          "special, order=" + n,
          List.of(SpecialValues.of(dtype)),
          in -> List.of(in.getFirst().polygamma(n)));
    }
    NdArray negative = new Samples("lgamma").betweenIntegers(TensorType.of(dtype, 13));
    cases.smooth(
        "lgamma", "between poles", List.of(negative), in -> List.of(in.getFirst().lgamma()));
  }

  /** Chains that a backend fuses into one kernel, over lengths around the width of vectors. */
  private static void chains(Cases cases, DType dtype) {
    for (int length : LENGTHS) {
      Samples samples = new Samples("chain" + length);
      TensorType type = TensorType.of(dtype, length);
      List<NdArray> inputs =
          List.of(
              samples.uniform(type, -2, 2),
              samples.uniform(type, 0.5, 2),
              samples.uniform(type, -2, 2));
      cases.smooth(
          "chain",
          "tanh(x) * y + sqrt(y) - z",
          inputs,
          in -> {
            var x = in.get(0);
            var y = in.get(1);
            return List.of(x.tanh().mul(y).add(y.sqrt()).sub(in.get(2)));
          });
      cases.smooth(
          "chain",
          "several outputs",
          inputs,
          in -> {
            var e = in.get(0).exp();
            return List.of(e.add(in.get(1)), e.mul(in.get(2)), e);
          });
    }
  }
}
