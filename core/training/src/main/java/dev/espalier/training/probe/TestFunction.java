package dev.espalier.training.probe;

import static dev.espalier.api.plugin.Citation.cite;
import static dev.espalier.api.plugin.Reference.article;
import static dev.espalier.api.plugin.Reference.arxiv;
import static dev.espalier.api.plugin.Reference.book;

import dev.espalier.api.ErrorCode;
import dev.espalier.api.EspalierException;
import dev.espalier.api.plugin.Citation;
import dev.espalier.api.plugin.Reference;
import dev.espalier.api.tensor.NdArray;
import dev.espalier.api.tensor.Tensor;
import dev.espalier.training.Suggestions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * A function with a known minimum, on which optimizers are compared. Those that are sums of squares
 * say so, so that a Gauss-Newton matrix and single terms exist.
 *
 * @param name its name
 * @param citation where it is from, and its formula; x1, x2, ... are the coordinates
 * @param fixedDimensions how many coordinates it has, 0 where any number will do
 * @param start the usual start, for a number of coordinates
 * @param minima where it is least, for a number of coordinates
 * @param minimum the least value for a number of coordinates
 * @param residuals from [n] to the terms whose squares it sums; empty where it is none
 * @param value from [n] to a scalar
 */
public record TestFunction(
    String name,
    Citation citation,
    int fixedDimensions,
    IntFunction<double[]> start,
    IntFunction<List<double[]>> minima,
    IntFunction<Double> minimum,
    Optional<UnaryOperator<Tensor>> residuals,
    UnaryOperator<Tensor> value) {
  private static final Reference JAMIL_2013 =
      arxiv(
          "1308.4008",
          2013,
          "A Literature Survey of Benchmark Functions For Global Optimization Problems",
          "Momin Jamil",
          "Xin-She Yang");
  private static final Reference MORE_1981 =
      article(
              "ACM Transactions on Mathematical Software 7",
              1981,
              "Testing Unconstrained Optimization Software",
              "Jorge J. Moré",
              "Burton S. Garbow",
              "Kenneth E. Hillstrom")
          .at("doi:10.1145/355934.355936");
  private static final Reference ROSENBROCK_1960 =
      article(
              "The Computer Journal 3",
              1960,
              "An Automatic Method for Finding the Greatest or Least Value of a Function",
              "Howard H. Rosenbrock")
          .at("doi:10.1093/comjnl/3.3.175");
  private static final Reference HIMMELBLAU_1972 =
      book("McGraw-Hill", 1972, "Applied Nonlinear Programming", "David M. Himmelblau");
  private static final Reference RASTRIGIN_1974 =
      book("Nauka", 1974, "Systems of Extremal Control", "Leonard A. Rastrigin");
  private static final Reference STYBLINSKI_1990 =
      article(
              "Neural Networks 3",
              1990,
              "Experiments in nonconvex optimization: Stochastic approximation with function"
                  + " smoothing and simulated annealing",
              "M. A. Styblinski",
              "T.-S. Tang")
          .at("doi:10.1016/0893-6080(90)90029-K");
  private static final Reference ACKLEY_1987 =
      book(
              "Kluwer Academic Publishers",
              1987,
              "A Connectionist Machine for Genetic Hillclimbing",
              "David H. Ackley")
          .at("doi:10.1007/978-1-4613-1997-9");

  /** The least point of {@code (t^4 - 16 t^2 + 5 t) / 2}: the lower root of {@code 4t^3-32t+5}. */
  private static final double STYBLINSKI_TANG_AT = -2.903534027771177;

  private static final double STYBLINSKI_TANG_LEAST = -39.16616570377142;

  /** Copies nothing: everything here is a value or a function. */
  public TestFunction {
    if (fixedDimensions < 0) {
      throw new IllegalArgumentException(name);
    }
  }

  /**
   * A function by name.
   *
   * @param name its name
   * @param condition the condition number, for the quadratic
   * @throws EspalierException UNKNOWN_NAME, BAD_VALUE for a condition below 1
   */
  public static TestFunction of(String name, double condition) {
    List<TestFunction> all = all(condition);
    return all.stream()
        .filter(f -> f.name().equals(name))
        .findFirst()
        .orElseThrow(() -> {
          List<String> names = all.stream().map(TestFunction::name).toList();
          return new EspalierException(
              ErrorCode.UNKNOWN_NAME,
              "the test function '" + name + "'",
              "there are " + String.join(", ", names),
              Suggestions.didYouMean(name, names, "name one of these"));
        });
  }

  /** All of them; the condition number is the quadratic's. */
  public static List<TestFunction> all(double condition) {
    return List.of(
        quadratic(condition),
        rosenbrock(),
        beale(),
        himmelblau(),
        booth(),
        rastrigin(),
        styblinskiTang(),
        ackley());
  }

  private static TestFunction quadratic(double condition) {
    if (!(condition >= 1 && condition < Double.POSITIVE_INFINITY)) {
      throw new EspalierException(
          ErrorCode.BAD_VALUE,
          "a condition number of at least 1",
          Double.toString(condition),
          "give --condition another value");
    }
    return squares(
        "quadratic",
        cite("by definition", "sum_i condition^((i - 1)/(n - 1))*xi^2/2"),
        0,
        n -> filled(n, 1),
        n -> List.of(new double[n]),
        x -> {
          int n = x.shape().extent(0);
          double[] scales = new double[n];
          for (int i = 0; i < n; i++) {
            scales[i] = Math.sqrt(Math.pow(condition, (double) i / Math.max(n - 1, 1)) / 2);
          }
          return x.mul(x.constant(NdArray.of(scales, n).convert(x.dtype())));
        });
  }

  private static TestFunction rosenbrock() {
    return squares(
        "rosenbrock",
        cite(ROSENBROCK_1960, "sum_i 100*(x(i+1) - xi^2)^2 + (1 - xi)^2"),
        0,
        n -> {
          double[] start = filled(n, 1);
          for (int i = 0; i < n; i += 2) {
            start[i] = -1.2;
          }
          return start;
        },
        n -> List.of(filled(n, 1)),
        x -> {
          int n = x.shape().extent(0);
          if (n < 2) {
            throw wrongSize("rosenbrock", "2 coordinates or more", n);
          }
          Tensor low = x.slice(0, 0, n - 1);
          Tensor high = x.slice(0, 1, n);
          return high.sub(low.square()).mul(10).concat(0, low.neg().add(1));
        });
  }

  private static TestFunction beale() {
    return squares(
        "beale",
        cite(MORE_1981, "sum_i (yi - x1*(1 - x2^i))^2, y = (1.5, 2.25, 2.625)"),
        2,
        n -> new double[] {1, 1},
        n -> List.of(new double[] {3, 0.5}),
        x -> {
          Tensor a = x.slice(0, 0, 1);
          Tensor b = x.slice(0, 1, 2);
          Tensor square = b.square();
          return a.mul(b.neg().add(1))
              .neg()
              .add(1.5)
              .concat(
                  0,
                  a.mul(square.neg().add(1)).neg().add(2.25),
                  a.mul(square.mul(b).neg().add(1)).neg().add(2.625));
        });
  }

  private static TestFunction himmelblau() {
    return squares(
        "himmelblau",
        cite(HIMMELBLAU_1972, "(x1^2 + x2 - 11)^2 + (x1 + x2^2 - 7)^2"),
        2,
        n -> new double[] {0, 0},
        n ->
            List.of(
                new double[] {3, 2},
                new double[] {-2.805118086952745, 3.131312518250573},
                new double[] {-3.779310253377747, -3.2831859912861696},
                new double[] {3.5844283403304917, -1.8481265269644036}),
        x -> {
          Tensor a = x.slice(0, 0, 1);
          Tensor b = x.slice(0, 1, 2);
          return a.square().add(b).sub(11).concat(0, a.add(b.square()).sub(7));
        });
  }

  private static TestFunction booth() {
    return squares(
        "booth",
        cite(JAMIL_2013, "(x1 + 2*x2 - 7)^2 + (2*x1 + x2 - 5)^2"),
        2,
        n -> new double[] {0, 0},
        n -> List.of(new double[] {1, 3}),
        x -> {
          Tensor a = x.slice(0, 0, 1);
          Tensor b = x.slice(0, 1, 2);
          return a.add(b.mul(2)).sub(7).concat(0, a.mul(2).add(b).sub(5));
        });
  }

  private static TestFunction rastrigin() {
    return new TestFunction(
        "rastrigin",
        cite(RASTRIGIN_1974, "10*n + sum_i xi^2 - 10*cos(2*pi*xi)").and(JAMIL_2013),
        0,
        n -> filled(n, 1.2),
        n -> List.of(new double[n]),
        n -> 0.0,
        Optional.empty(),
        x -> x.square().add(x.mul(2 * Math.PI).cos().neg().add(1).mul(10)).sum());
  }

  private static TestFunction styblinskiTang() {
    return new TestFunction(
        "styblinski-tang",
        cite(STYBLINSKI_1990, "sum_i (xi^4 - 16*xi^2 + 5*xi)/2"),
        0,
        n -> filled(n, 0),
        n -> List.of(filled(n, STYBLINSKI_TANG_AT)),
        n -> n * STYBLINSKI_TANG_LEAST,
        Optional.empty(),
        x -> {
          Tensor square = x.square();
          return square.square().sub(square.mul(16)).add(x.mul(5)).mul(0.5).sum();
        });
  }

  private static TestFunction ackley() {
    return new TestFunction(
        "ackley",
        cite(ACKLEY_1987, "20 + e - 20*exp(-0.2*sqrt(mean_i xi^2)) - exp(mean_i cos(2*pi*xi))")
            .and(JAMIL_2013),
        0,
        n -> filled(n, 2.5),
        n -> List.of(new double[n]),
        n -> 0.0,
        Optional.empty(),
        x -> {
          Tensor far = x.square().mean().sqrt().mul(-0.2).expm1().mul(-20);
          return far.sub(x.mul(2 * Math.PI).cos().mean().exp()).add(Math.E);
        });
  }

  private static TestFunction squares(
      String name,
      Citation citation,
      int dimensions,
      IntFunction<double[]> start,
      IntFunction<List<double[]>> minima,
      UnaryOperator<Tensor> residuals) {
    return new TestFunction(
        name,
        citation,
        dimensions,
        start,
        minima,
        n -> 0.0,
        Optional.of(residuals),
        x -> residuals.apply(x).square().sum());
  }

  private static double[] filled(int n, double value) {
    double[] all = new double[n];
    Arrays.fill(all, value);
    return all;
  }

  /** Refuses a number of coordinates that the function does not have. */
  void require(int dimensions) {
    if (fixedDimensions != 0 && dimensions != fixedDimensions) {
      throw wrongSize(name, fixedDimensions + " coordinates", dimensions);
    }
  }

  private static EspalierException wrongSize(String name, String wanted, int found) {
    return new EspalierException(
        ErrorCode.BAD_VALUE,
        "the test function " + name + " has " + wanted,
        Integer.toString(found),
        "give --start as many numbers");
  }
}
